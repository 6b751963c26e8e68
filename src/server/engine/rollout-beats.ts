import type { EffectExecutor } from '../../engine/effect-executor.ts';
import type { Reconciler } from '../../engine/reconciler.ts';
import type { Config } from '../config.ts';
import type { Heart } from './heart.ts';
import type { Pulse } from './pulse.ts';

/** Effects performed at the same time on one system. */
const effectsAtOnce = 4;

/** Decides, and does beside it what was decided: deciding waits for no system. */
export class RolloutBeats {
  constructor(
    heart: Heart,
    pulse: Pulse,
    reconciler: Reconciler,
    executor: EffectExecutor,
    { tickMs }: Pick<Config, 'tickMs'>,
  ) {
    const lanes = heart.lanes('effects', effectsAtOnce, async (lane) => {
      if ((await executor.run(lane)) === 0) return;
      pulse.hurry('flags');
      pulse.hurry('tick');
    });
    heart.every('tick', tickMs, async () => {
      if ((await reconciler.tick()) > 0) pulse.hurry('effects');
    });
    heart.every('effects', tickMs, async () => lanes.hurry(await executor.dueLanes()));
  }
}
