import { type Caller, callerWords } from '../../language/scalars/person.ts';
import type { AuthenticatedRequest } from './token.guard.ts';

/** Who makes a request, as the audit log tells them from all others: the id of a token, or the person of a session. */
export function actorOf({ bearer }: AuthenticatedRequest): string {
  const person = bearer?.person ?? null;
  return person === null ? `token ${bearer?.id ?? '?'}` : `person ${person}`;
}

/** Who makes a request, as people know them. */
export function callerOf({ bearer }: AuthenticatedRequest): Caller {
  return { name: bearer?.name ?? '?', person: bearer?.person ?? null };
}

/** The same in words: `token ci-deploy`, `ana@example.com (signed in)`. */
export function callerNameOf(request: AuthenticatedRequest): string {
  return callerWords(callerOf(request));
}
