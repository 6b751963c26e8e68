import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import type { StartedCrossfade } from './started-crossfade.ts';

const pollMs = 50;
const patienceMs = 280_000;

/** Waits for a view for which the condition holds. Throws when the rollout ends without it, or in five minutes. */
export async function untilView(
  crossfade: StartedCrossfade,
  policy: string,
  condition: (view: RolloutView) => boolean,
): Promise<RolloutView> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const view = (await crossfade.client.rollout(policy)) as RolloutView;
    if (condition(view)) return view;
    if (view.endedAt !== null || performance.now() > deadline) {
      const { phase, exposure, waitingFor, stop, hold, rollback } = view;
      const seen = JSON.stringify({ phase, exposure, waitingFor, stop, hold, rollback });
      throw new Error(`the rollout did not come to what was waited for: ${seen}`);
    }
    await sleep(pollMs);
  }
}
