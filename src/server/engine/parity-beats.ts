import type { ParityRounds } from '../../engine/parity-rounds.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { Heart } from './heart.ts';

/** How often it is looked whether a round is due. Milliseconds. */
const lookEveryMs = 1_000;

/** Begins rounds of parity, for each target by itself. */
export class ParityBeats {
  constructor(heart: Heart, rollouts: RolloutStore, rounds: ParityRounds) {
    const lanes = heart.lanes('parity', 1, (target) => rounds.keepUp(target));
    heart.every('parity', lookEveryMs, async () => lanes.begin(await rollouts.activeTargets()));
  }
}
