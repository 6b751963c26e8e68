import type { TickLatency } from '../judge/evidence-tick.ts';
import type { Tier } from '../judge/judge-config.ts';
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

/** What happened in a window, by cohort and, in tier `bucket`, by bucket. */
export interface CountsReading {
  readonly kind: 'counts';
  readonly tier: Tier;
  readonly units: readonly UnitCounts[];
  /** Absent where the source tells no durations. */
  readonly latency?: readonly TickLatency[];
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
