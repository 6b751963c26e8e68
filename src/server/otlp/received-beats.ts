import type { ReceivedStore } from '../../engine/ports/received-store.ts';
import type { Heart } from '../engine/heart.ts';

const forgetEveryMs = 60_000;

/** As long as answers of providers are kept. Milliseconds. */
const keepMs = 86_400_000;

/** Keeps received metrics free of what is old. */
export class ReceivedBeats {
  constructor(heart: Heart, store: ReceivedStore) {
    heart.every('forget received', forgetEveryMs, () => store.forget(keepMs));
  }
}
