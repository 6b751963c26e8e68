import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../world.ts';
import { expectCompleted, expectThat } from './expectations.ts';
import type { Scenario } from './scenario.ts';

const intoTheRampMs = 2_000;
const downForMs = 1_000;

async function crashAndReturn(world: World): Promise<void> {
  await world.killControlPlane();
  await sleep(downForMs, undefined, { signal: world.signal });
  await world.restartControlPlane();
}

async function disturb(world: World): Promise<void> {
  await world.watch.until(({ jobs }) =>
    jobs.some(({ kind, status, done }) => kind === 'backfill' && status === 'running' && done > 0),
  );
  await crashAndReturn(world);
  await world.watch.step('share 50%');
  await sleep(intoTheRampMs, undefined, { signal: world.signal });
  await crashAndReturn(world);
}

export const crash: Scenario = {
  name: 'crash',
  about: 'the control plane is killed -9 during the backfill and again during the ramp',
  disturb,
  complaints: (result) => [
    ...expectCompleted(result),
    ...expectThat(result.kills === 2, `it was killed ${result.kills} times, not twice`),
  ],
};
