import type { MetricsCollector } from '../../engine/metrics-collector.ts';
import type { MetricStore } from '../../engine/ports/metric-store.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { Heart } from './heart.ts';
import type { Pulse } from './pulse.ts';

/** How often it is looked whether any question is due, and what is old is forgotten. Milliseconds. */
const lookEveryMs = 500;
const forgetEveryMs = 60_000;

/** Answers are kept for a day, so that a verdict can be looked into. Milliseconds. */
const keepMs = 86_400_000;

/** Asks providers of metrics, each in a lane of its own: one that hangs holds up no other. */
export class MetricsBeats {
  constructor(
    heart: Heart,
    pulse: Pulse,
    rollouts: RolloutStore,
    store: MetricStore,
    collector: MetricsCollector,
  ) {
    const lanes = heart.lanes('metrics', 1, async (provider) => {
      const news = await collector.collect(provider);
      await rollouts.wake(news);
      if (news.length > 0) pulse.hurry('tick');
    });
    heart.every('metrics', lookEveryMs, async () => lanes.begin(await collector.look()));
    heart.every('forget metrics', forgetEveryMs, () => store.forget(keepMs));
  }
}
