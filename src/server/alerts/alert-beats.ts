import type { AlertInbox } from '../../engine/ports/alert-inbox.ts';
import type { Heart } from '../engine/heart.ts';

const forgetEveryMs = 60_000;

/** Longer than senders leave between telling the same again. Milliseconds. */
const keepMs = 8 * 86_400_000;

/** Keeps the inbox free of what is old. */
export class AlertBeats {
  constructor(heart: Heart, inbox: AlertInbox) {
    heart.every('forget alerts', forgetEveryMs, () => inbox.forget(keepMs));
  }
}
