import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import { parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

const confirmedRequest = z.strictObject({
  confirm: z.string().max(200),
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
  by: person.optional(),
});

/** What a person asks for by repeating a name. */
export interface ConfirmedBody {
  readonly generation: number | undefined;
  readonly by: string;
}

/** The body of a request that changes tables which are in use. Throws `invalidInput`. */
export function parseConfirmed(body: unknown, name: string, caller: Caller): ConfirmedBody {
  const { confirm, generation, by } = parseBody(confirmedRequest, body);
  if (confirm !== name) {
    throw new CrossfadeError(
      'invalidInput',
      `this changes tables that are in use: \`confirm\` must repeat the name ${name}`,
    );
  }
  return { generation, by: saidBy(by, caller) };
}
