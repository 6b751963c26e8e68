import type { FlagCollector } from '../../engine/flag-collector.ts';
import type { Intake } from '../../engine/ports/intake.ts';
import type { Heart } from './heart.ts';

/** How often foreign flags are looked at, and what is old is forgotten. Milliseconds. */
const flagsEveryMs = 1_000;
const forgetEveryMs = 60_000;

/** Raw evidence is kept for a day, so that a verdict can be looked into. Milliseconds. */
const keepEvidenceMs = 86_400_000;

/** Keeps copies of foreign flags new, and the store free of what is old. */
export class UpkeepBeats {
  constructor(heart: Heart, flags: FlagCollector, intake: Intake) {
    heart.every('flags', flagsEveryMs, () => flags.collect());
    heart.every('forget', forgetEveryMs, () => intake.forget(keepEvidenceMs));
  }
}
