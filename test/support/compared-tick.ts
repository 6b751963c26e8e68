import { bucketCounts } from '../../src/core/histogram/bucket-counts.ts';
import type { TickInput } from '../../src/core/rollout/judging.ts';
import { comparedStep } from './judged-policy.ts';

/** How many of 300 requests a cohort failed in a tick. */
export interface Failed {
  readonly canary?: number;
  readonly baseline?: number;
}

/** A tick of one second of the 25 % step, in which 30 units of each side make 300 requests. */
export function comparedTick(now: number, { canary = 0, baseline = 0 }: Failed = {}): TickInput {
  const side = (cohort: 'canary' | 'baseline', failed: number) =>
    Array.from({ length: 30 }, (_, index) => ({
      unit: `${cohort}-${index}`,
      cohort,
      operation: 'read' as const,
      requests: 10,
      failed: Math.floor(((index + 1) * failed) / 30) - Math.floor((index * failed) / 30),
    }));
  return {
    now,
    step: comparedStep(),
    startedAt: 0,
    settledAt: 0,
    evidence: {
      at: now,
      revision: 1,
      seconds: 1,
      units: [...side('canary', canary), ...side('baseline', baseline)],
      latency: (['canary', 'baseline'] as const).map((cohort) => {
        return { cohort, operation: 'read' as const, durations: bucketCounts({ '-100': 300 }) };
      }),
      comparisons: [],
    },
    newestAt: now,
    health: { at: now, lock_wait: 3, longest_transaction: 40 },
    metrics: [],
  };
}
