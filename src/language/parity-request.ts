import { z } from 'zod';
import { parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

const parityRequest = z.strictObject({
  unit: z.string().min(1).max(200).optional(),
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
  /** False: the call only begins it. */
  wait: z.boolean().default(true),
  by: person.optional(),
});

/** What is to be compared, and for whom. */
export interface ParityBody {
  readonly unit: string | null;
  readonly generation: number | undefined;
  readonly wait: boolean;
  readonly by: string;
}

/** The body of `POST /rollouts/:name/parity`. Throws `invalidInput`. */
export function parseParityRequest(body: unknown, caller: Caller): ParityBody {
  const { unit = null, generation, wait, by } = parseBody(parityRequest, body);
  return { unit, generation, wait, by: saidBy(by, caller) };
}
