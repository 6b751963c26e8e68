import type { ErrorsGuard } from '../policy/guard.ts';
import { type EProcess, logEvidence, newProcess } from '../statistics/e-process.ts';
import { toleratedRate } from '../statistics/two-streams.ts';
import { wilsonInterval } from '../statistics/wilson-interval.ts';
import { harmPlan, notWorsePlan } from './errors-judge.ts';
import type { Measurement } from './measurement.ts';
import type { Judging } from './objection.ts';
import { count, percent } from './wording.ts';

/** What a guard shows, whatever its verdict. `seen` is said in words, empty when there is nothing. */
export type Figures = Pick<
  Measurement,
  'canary' | 'baseline' | 'limit' | 'unit' | 'samples' | 'logHarm' | 'logNotWorse'
> & { readonly seen: string };

/** Rates of the current step, side by side. */
export function figuresOfErrors(
  { known }: Judging,
  guard: ErrorsGuard,
  harm: EProcess,
  notWorse: readonly EProcess[],
): Figures {
  const { canary, baseline } = known;
  const newRate = canary.requests === 0 ? null : canary.failed / canary.requests;
  const oldRate = baseline.requests === 0 ? null : baseline.failed / baseline.requests;
  const limit = oldRate === null ? null : toleratedRate(oldRate, guard.tolerate);
  return {
    canary: newRate,
    baseline: oldRate,
    limit,
    unit: 'ratio',
    samples: {
      canary: canary.requests,
      baseline: baseline.requests,
      units: canary.units.length,
    },
    logHarm: logEvidence(harm, harmPlan),
    logNotWorse: logEvidence(notWorse[0] ?? newProcess, notWorsePlan),
    seen: newRate === null ? '' : words(canary, newRate, oldRate, limit),
  };
}

function words(
  canary: { readonly requests: number; readonly failed: number },
  newRate: number,
  oldRate: number | null,
  limit: number | null,
): string {
  const [low, high] = wilsonInterval(canary.requests, canary.failed);
  const requests = count(canary.requests, 'request', 'requests');
  const seen = `${percent(newRate)} of ${requests} failed on the new side (${percent(low)} to ${percent(high)})`;
  if (oldRate === null || limit === null) return seen;
  return `${seen}, ${percent(oldRate)} on the old; ${percent(limit)} is tolerated`;
}
