import type { AuthenticatedRequest } from './token.guard.ts';

/** Who makes a request, as the audit log names them. */
export function actorOf({ bearer }: AuthenticatedRequest): string {
  return `token ${bearer?.id ?? '?'}`;
}
