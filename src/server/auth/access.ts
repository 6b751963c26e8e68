import { SetMetadata } from '@nestjs/common';
import type { Scope } from '../../engine/ports/token-store.ts';

/** Who may call a route: the holder of a token with one of these scopes, or anybody. */
export type Access = Scope | 'anybody';

export const accessKey = 'crossfade:access';

/** Opens a controller or a route. What carries no such mark is for admins only. */
export const For = (...access: readonly Access[]): ReturnType<typeof SetMetadata> =>
  SetMetadata(accessKey, access);
