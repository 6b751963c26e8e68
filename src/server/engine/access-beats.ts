import type { PermitStore } from '../../engine/ports/permit-store.ts';
import type { Heart } from './heart.ts';

const forgetEveryMs = 60_000;

/** Keeps what is known of callers small. */
export class AccessBeats {
  constructor(heart: Heart, permits: PermitStore) {
    heart.every('forget permits', forgetEveryMs, () => permits.forget());
  }
}
