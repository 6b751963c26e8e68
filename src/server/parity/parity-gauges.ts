import { Gauge } from 'prom-client';
import type { ParitySample } from '../../core/judge/parity-watch.ts';
import type { ObservationStore } from '../../engine/ports/observation-store.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { EngineMetrics } from '../metrics/engine-metrics.ts';

type Figure = (sample: ParitySample) => number | null;

const figures: Readonly<Record<string, readonly [help: string, figure: Figure]>> = {
  differing_rows: ['Rows whose two shapes differ, as rounds of parity found.', ({ rows }) => rows],
  last_round_timestamp_seconds: [
    'When the last whole round of parity ended.',
    ({ roundEndedAt }) => (roundEndedAt === null ? null : roundEndedAt / 1_000),
  ],
};

/** What rounds of parity have found, by policy, as it was last seen when Prometheus asks. */
export class ParityGauges {
  constructor(rollouts: RolloutStore, observations: ObservationStore, metrics: EngineMetrics) {
    for (const [name, [help, figure]] of Object.entries(figures)) {
      const gauge: Gauge<'policy'> = new Gauge({
        name: `crossfade_parity_${name}`,
        help,
        labelNames: ['policy'],
        registers: [metrics.registry],
        collect: async () => {
          gauge.reset();
          for (const { rollout, policy } of await rollouts.active()) {
            const sample = (await observations.target(rollout.id))?.parity;
            const value = sample === undefined ? null : figure(sample);
            if (value !== null) gauge.set({ policy: policy.name }, value);
          }
        },
      });
    }
  }
}
