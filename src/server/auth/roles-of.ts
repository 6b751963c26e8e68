import type { Roles } from '../../core/access/role.ts';
import type { AuthenticatedRequest } from './token.guard.ts';

/** The roles of who makes a request; nobody's where nobody was asked. */
export function rolesOf({ bearer }: AuthenticatedRequest): Roles {
  return bearer?.roles ?? new Map();
}
