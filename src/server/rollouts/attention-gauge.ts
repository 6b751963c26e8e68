import { Gauge } from 'prom-client';
import { concernOf } from '../../core/notify/attention.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { FollowStore } from '../../engine/ports/follow-store.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { EngineMetrics } from '../metrics/engine-metrics.ts';

/** More rollouts than this in need of somebody are one and the same trouble. */
const most = 500;

/** 1: somebody should look in the morning. 2: now. */
const levels = { ticket: 1, page: 2 } as const;

type AttentionLabels = 'rollout' | 'set' | 'reason';

/** What somebody should look at, as it stands when Prometheus asks: one query for rollouts, one for folders. */
export class AttentionGauge {
  constructor(
    rollouts: RolloutStore,
    following: FollowStore,
    clock: Clock,
    { registry }: EngineMetrics,
  ) {
    const gauge: Gauge<AttentionLabels> = new Gauge({
      name: 'crossfade_attention',
      help: 'Rollouts, and sets whose folder is refused, that somebody should look at: 1 in the morning, 2 now.',
      labelNames: ['rollout', 'set', 'reason'],
      registers: [registry],
      collect: async () => {
        const standing = await rollouts.standing(most);
        const refused = await refusedSets(following, clock);
        gauge.reset();
        for (const rollout of standing) {
          const concern = concernOf(rollout);
          if (concern === null) continue;
          const { reason, attention } = concern;
          gauge.set({ rollout: rollout.policy, reason }, levels[attention]);
        }
        for (const set of refused) gauge.set({ set, reason: 'refused' }, levels.ticket);
      },
    });
  }
}

/** Sets whose folder is followed and holds what cannot be applied: the last good revision holds meanwhile. */
async function refusedSets(following: FollowStore, clock: Clock): Promise<readonly string[]> {
  const now = await clock.now();
  return (await following.all())
    .filter(({ fault, leaseUntil }) => fault !== null && leaseUntil > now)
    .map(({ set }) => set);
}
