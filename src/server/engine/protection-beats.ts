import type { ProtectionNotes } from '../../engine/protection-notes.ts';
import type { Heart } from './heart.ts';

/** How soon a target knows that it is protected. Milliseconds. */
const noteEveryMs = 5_000;

/** Keeps what targets know of themselves in line with their documents. */
export class ProtectionBeats {
  constructor(heart: Heart, notes: ProtectionNotes) {
    heart.every('protection', noteEveryMs, () => notes.note());
  }
}
