import { z } from 'zod';
import type { SourceFile } from './source/read-yaml.ts';
import { parseBody, textFiles } from './text-files.ts';

const applyRequest = z.strictObject({ files: textFiles });

/** The body of `POST /apply`. Throws `invalidInput`. */
export function parseApply(body: unknown): { files: readonly SourceFile[] } {
  return parseBody(applyRequest, body);
}
