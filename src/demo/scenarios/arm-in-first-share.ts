import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultName } from '../users-service/faults.ts';
import type { World } from '../world.ts';

const afterMs = 5_000;

/** Five seconds into the 25 % step the new side begins to go wrong. */
export async function armInFirstShare(world: World, fault: FaultName): Promise<void> {
  const view = await world.watch.step('share 25%');
  await sleep(Math.max(0, view.stepEnteredAt + afterMs - Date.now()), undefined, {
    signal: world.signal,
  });
  await world.arm(fault);
}
