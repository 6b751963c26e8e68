import type { PermitStore } from '../../engine/ports/permit-store.ts';
import type { TokenStore } from '../../engine/ports/token-store.ts';
import type { Heart } from './heart.ts';

const forgetEveryMs = 60_000;

/** Keeps what is known of callers small. */
export class AccessBeats {
  constructor(heart: Heart, permits: PermitStore, tokens: TokenStore) {
    heart.every('forget permits', forgetEveryMs, () => permits.forget());
    heart.every('forget sessions', forgetEveryMs, () => tokens.forgetSessions());
  }
}
