import { z } from 'zod';
import { parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

const abandonRequest = z.strictObject({
  migration: z.string().min(1).max(200),
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
  by: person.optional(),
});

/** Which direct migration is given up, and by whom. */
export interface AbandonBody {
  readonly migration: string;
  readonly generation: number | undefined;
  readonly by: string;
}

/** The body of `POST /targets/:name/abandon`. Throws `invalidInput`. */
export function parseAbandon(body: unknown, caller: Caller): AbandonBody {
  const { migration, generation, by } = parseBody(abandonRequest, body);
  return { migration, generation, by: saidBy(by, caller) };
}
