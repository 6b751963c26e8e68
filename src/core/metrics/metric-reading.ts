import type { UnitCounts } from '../protocol/evidence.ts';

/** No value: why, and what that means for a guard. Never a pass, and never harm. */
export interface Doubt {
  readonly kind: 'doubt';
  readonly verdict: 'providerError' | 'noData' | 'inconclusive';
  readonly reason: string;
}

/** The one finite number that a threshold needs. `newestAt` in epoch milliseconds. */
export interface ValueReading {
  readonly kind: 'value';
  readonly value: number;
  readonly newestAt: number;
}

/**
 * How finely counts tell units apart. `unit`: each by itself. `bucket`: by 64 hash buckets. `total`:
 * cohorts only, so that one bad unit looks like a little harm to all.
 */
export type Tier = 'unit' | 'bucket' | 'total';

/** What happened in a window, by cohort and, in tier `bucket`, by bucket. */
export interface CountsReading {
  readonly kind: 'counts';
  readonly tier: Tier;
  readonly units: readonly UnitCounts[];
  readonly newestAt: number;
}

export type MetricReading = Doubt | ValueReading | CountsReading;

/** What a collector learnt of a query. Plain JSON. Times are epoch milliseconds. */
export interface MetricObservation {
  /** The window that was asked for: after `from`, up to and including `at`. */
  readonly from: number;
  readonly at: number;
  readonly reading: MetricReading;
}
