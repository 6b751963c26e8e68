import { z } from 'zod';
import { parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

const acceptRequest = z.strictObject({
  migration: z.string().min(1).max(200),
  by: person.optional(),
});

/** Whose drift is taken for good, and by whom. */
export interface AcceptBody {
  readonly migration: string;
  readonly by: string;
}

/** The body of `POST /targets/:name/drift`. Throws `invalidInput`. */
export function parseAccept(body: unknown, caller: Caller): AcceptBody {
  const { migration, by } = parseBody(acceptRequest, body);
  return { migration, by: saidBy(by, caller) };
}
