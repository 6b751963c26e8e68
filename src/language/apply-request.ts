import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import type { SourceFile } from './source/read-yaml.ts';

/** As many files as one `apply` takes. */
const filesAtMost = 200;

const applyRequest = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(1_000), text: z.string() }))
    .min(1)
    .max(filesAtMost),
});

/** The body of `POST /apply`. Throws `invalidInput`. */
export function parseApply(body: unknown): { files: readonly SourceFile[] } {
  const parsed = applyRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new CrossfadeError('invalidInput', words.join('; '));
}
