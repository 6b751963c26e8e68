import { SetMetadata } from '@nestjs/common';
import type { Scope } from '../../engine/ports/token-store.ts';

/** Who may call a route: the holder of a token with the scope, or anybody. */
export type Audience = Scope | 'anybody';

export const audienceKey = 'crossfade:audience';

/** Opens a controller or a route to an audience. What carries no such mark is for admins only. */
export const For = (audience: Audience): ReturnType<typeof SetMetadata> =>
  SetMetadata(audienceKey, audience);
