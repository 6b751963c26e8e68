import type { Audience } from '../../core/flags/catalog/audience.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** The flags that the bearer of a request may be served; the guard has let them in. */
export function audienceOf({ bearer }: AuthenticatedRequest): Audience {
  if (bearer !== undefined) return bearer.audience;
  throw new CrossfadeError('unauthenticated', 'a token is needed: Authorization: Bearer …');
}
