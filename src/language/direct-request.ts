import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import type { SourceFile } from './source/read-yaml.ts';

/** As many files as are carried out at once. */
const filesAtMost = 200;

const directRequest = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(1_000), text: z.string() }))
    .min(1)
    .max(filesAtMost),
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
  baseline: z.boolean().default(false),
  by: z.string().min(1).max(100).optional(),
});

/** What is to be carried out directly, and by whom. */
export interface DirectBody {
  readonly files: readonly SourceFile[];
  readonly generation: number | undefined;
  readonly baseline: boolean;
  readonly by: string;
}

/** The body of `POST /targets/:name/migrate`. Throws `invalidInput`. */
export function parseDirect(body: unknown, token: string): DirectBody {
  const parsed = directRequest.safeParse(body);
  if (!parsed.success) {
    const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new CrossfadeError('invalidInput', words.join('; '));
  }
  const { by, files, baseline, generation } = parsed.data;
  return { files, baseline, generation, by: by === undefined ? token : `${by} (${token})` };
}
