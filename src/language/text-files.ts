import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';

/** As many files as one request takes. */
const filesAtMost = 200;
/** As many migrations as a database gathers in its years. */
const migrationsAtMost = 5_000;

const someFiles = z
  .array(z.strictObject({ name: z.string().min(1).max(1_000), text: z.string() }))
  .min(1);

/** The files of a request. */
export const textFiles = someFiles.max(filesAtMost);

/** The files of a request, all migrations of another tool among them. */
export const migrationFiles = someFiles.max(migrationsAtMost);

/** A request's body. Throws `invalidInput` with all that is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new CrossfadeError('invalidInput', words.join('; '));
}
