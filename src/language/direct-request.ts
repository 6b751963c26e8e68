import { z } from 'zod';
import type { SourceFile } from './source/read-yaml.ts';
import { migrationFiles, parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

const directRequest = z.strictObject({
  files: migrationFiles,
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
  baseline: z.boolean().default(false),
  by: person.optional(),
});

/** What is to be carried out directly, and by whom. */
export interface DirectBody {
  readonly files: readonly SourceFile[];
  readonly generation: number | undefined;
  readonly baseline: boolean;
  readonly by: string;
}

/** The body of `POST /targets/:name/migrate`. Throws `invalidInput`. */
export function parseDirect(body: unknown, caller: Caller): DirectBody {
  const { by, files, baseline, generation } = parseBody(directRequest, body);
  return { files, baseline, generation, by: saidBy(by, caller) };
}
