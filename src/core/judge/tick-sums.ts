import { addCounts, type BucketCounts, noCounts } from '../histogram/bucket-counts.ts';
import type { Cohort } from '../protocol/evidence.ts';
import type { TickInput } from '../rollout/judging.ts';

/** What one cohort did in a span of time. */
export interface CohortSums {
  readonly requests: number;
  readonly failed: number;
  readonly latency: BucketCounts;
}

/** What the ticks of a span of time took in, added up over units: enough to draw, too little to judge. */
export interface TickSums {
  readonly canary: CohortSums;
  readonly baseline: CohortSums;
  readonly compared: number;
  readonly mismatched: number;
  /** Looks at the target's health, and the worst that they saw, in milliseconds. */
  readonly looks: number;
  readonly health: { readonly lock_wait: number; readonly longest_transaction: number };
}

const noCohort: CohortSums = { requests: 0, failed: 0, latency: noCounts };

export const noSums: TickSums = {
  canary: noCohort,
  baseline: noCohort,
  compared: 0,
  mismatched: 0,
  looks: 0,
  health: { lock_wait: 0, longest_transaction: 0 },
};

/** What one tick took in. */
export function sumsOfTick({ evidence, health }: TickInput): TickSums {
  const comparisons = evidence?.comparisons ?? [];
  return {
    canary: cohortSums(evidence, 'canary'),
    baseline: cohortSums(evidence, 'baseline'),
    compared: comparisons.reduce((sum, { compared }) => sum + compared, 0),
    mismatched: comparisons.reduce((sum, { mismatched }) => sum + mismatched, 0),
    looks: health === null ? 0 : 1,
    health:
      health === null
        ? noSums.health
        : { lock_wait: health.lock_wait, longest_transaction: health.longest_transaction },
  };
}

export function addSums(a: TickSums, b: TickSums): TickSums {
  return {
    canary: addCohorts(a.canary, b.canary),
    baseline: addCohorts(a.baseline, b.baseline),
    compared: a.compared + b.compared,
    mismatched: a.mismatched + b.mismatched,
    looks: a.looks + b.looks,
    health: {
      lock_wait: Math.max(a.health.lock_wait, b.health.lock_wait),
      longest_transaction: Math.max(a.health.longest_transaction, b.health.longest_transaction),
    },
  };
}

function cohortSums(evidence: TickInput['evidence'], cohort: Cohort): CohortSums {
  if (evidence === null) return noCohort;
  const units = evidence.units.filter((counts) => counts.cohort === cohort);
  const latency = evidence.latency.filter((counts) => counts.cohort === cohort);
  return {
    requests: units.reduce((sum, { requests }) => sum + requests, 0),
    failed: units.reduce((sum, { failed }) => sum + failed, 0),
    latency: addCounts(...latency.map(({ durations }) => durations)),
  };
}

function addCohorts(a: CohortSums, b: CohortSums): CohortSums {
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    latency: addCounts(a.latency, b.latency),
  };
}
