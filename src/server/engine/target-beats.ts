import type { OnApplicationShutdown } from '@nestjs/common';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { TargetCollector } from '../../engine/target-collector.ts';
import type { TargetWorkers } from '../../engine/target-workers.ts';
import type { Heart } from './heart.ts';
import type { Pulse } from './pulse.ts';

/** How often targets are looked at, and work is looked for. Milliseconds. */
const lookEveryMs = 500;
const workEveryMs = 100;
/** How often it is looked for work that outlives its rollout, such as a restore. Milliseconds. */
const lateWorkEveryMs = 2_000;

/** Looks at targets and works on them, each by itself: one that does not answer blinds us to no other. */
export class TargetBeats implements OnApplicationShutdown {
  readonly #workers: TargetWorkers;

  constructor(
    heart: Heart,
    pulse: Pulse,
    rollouts: RolloutStore,
    collector: TargetCollector,
    workers: TargetWorkers,
  ) {
    this.#workers = workers;
    const looks = heart.lanes('targets', 1, async (target) => {
      const changed = await collector.collect(target);
      await rollouts.wake(changed);
      if (changed.length > 0) pulse.hurry('tick');
    });
    const turns = heart.lanes('work', 1, async (target) => {
      if (!(await workers.work(target))) return;
      looks.hurry([target]);
      // Where there was work there is more: a rest between turns would be lost time.
      turns.hurry([target]);
    });
    heart.every('targets', lookEveryMs, async () => looks.begin(await rollouts.activeTargets()));
    heart.every('work', workEveryMs, async () => turns.begin(await rollouts.activeTargets()));
    heart.every('late work', lateWorkEveryMs, async () =>
      turns.begin(await rollouts.everyTarget()),
    );
  }

  onApplicationShutdown(): void {
    this.#workers.stop();
  }
}
