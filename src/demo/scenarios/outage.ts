import { setTimeout as sleep } from 'node:timers/promises';
import { expectCompleted, expectThat } from './expectations.ts';
import type { Scenario } from './scenario.ts';

const intoTheRampMs = 3_000;
const outageMs = 20_000;
const shortestHoldMs = 10_000;

export const outage: Scenario = {
  name: 'outage',
  about: 'no evidence arrives for 20 s during the ramp: it holds, then finishes',
  disturb: async (world) => {
    await world.watch.step('share 25%');
    await sleep(intoTheRampMs, undefined, { signal: world.signal });
    world.cutEvidence();
    await sleep(outageMs, undefined, { signal: world.signal });
    world.mendEvidence();
  },
  complaints: (result) => [
    ...expectCompleted(result),
    ...expectThat(
      result.holds.some(
        ({ fromMs, toMs, reason }) => /\bnoData\b/.test(reason) && toMs - fromMs >= shortestHoldMs,
      ),
      'it did not hold for at least 10 s for want of data',
    ),
  ],
};
