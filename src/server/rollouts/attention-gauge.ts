import { Gauge } from 'prom-client';
import { concernOf } from '../../core/notify/attention.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { EngineMetrics } from '../metrics/engine-metrics.ts';

/** More rollouts than this in need of somebody are one and the same trouble. */
const most = 500;

/** 1: somebody should look in the morning. 2: now. */
const levels = { ticket: 1, page: 2 } as const;

/** Which rollouts somebody should look at, as they stand when Prometheus asks: one query. */
export class AttentionGauge {
  constructor(rollouts: RolloutStore, { registry }: EngineMetrics) {
    const gauge: Gauge<'rollout' | 'reason'> = new Gauge({
      name: 'crossfade_attention',
      help: 'Rollouts that somebody should look at: 1 in the morning, 2 now.',
      labelNames: ['rollout', 'reason'],
      registers: [registry],
      collect: async () => {
        gauge.reset();
        for (const rollout of await rollouts.standing(most)) {
          const concern = concernOf(rollout);
          if (concern === null) continue;
          const { reason, attention } = concern;
          gauge.set({ rollout: rollout.policy, reason }, levels[attention]);
        }
      },
    });
  }
}
