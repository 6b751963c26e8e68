import { z } from 'zod';
import type { SourceFile } from './source/read-yaml.ts';
import { parseBody, textFiles } from './text-files.ts';

const doctorRequest = z.strictObject({
  files: textFiles.optional(),
  target: z.string().min(1).max(200).optional(),
});

/** What is to be looked at; without files what is applied. */
export interface DoctorBody {
  readonly files?: readonly SourceFile[] | undefined;
  /** Only this target, and the policies for it. */
  readonly target?: string | undefined;
}

/** The body of `POST /doctor`. Throws `invalidInput`. */
export function parseDoctor(body: unknown): DoctorBody {
  return parseBody(doctorRequest, body ?? {});
}
