import { z } from 'zod';
import type { SourceFile } from './source/read-yaml.ts';
import { parseBody, textFiles } from './text-files.ts';

const rehearsalRequest = z.strictObject({
  files: textFiles,
  /** What the version in use runs, as CSV; the target is asked when it is left out. */
  statements: textFiles.max(1).optional(),
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
});

/** What is to be rehearsed. */
export interface RehearsalBody {
  readonly files: readonly SourceFile[];
  readonly statements?: readonly SourceFile[] | undefined;
  readonly generation?: number | undefined;
}

/** The body of `POST /targets/:name/rehearse`. Throws `invalidInput`. */
export function parseRehearsal(body: unknown): RehearsalBody {
  return parseBody(rehearsalRequest, body);
}
