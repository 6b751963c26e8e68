/** What one span of time showed. Rates from 0 to 1, durations in seconds, values as the guard has them. */
export interface GuardPoint {
  /** Begin of the span, epoch milliseconds. */
  readonly at: number;
  readonly canary: number | null;
  readonly baseline: number | null;
  /** 95 % interval of the canary's rate, for this span alone; null where none is known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Operations of both cohorts; how many times the target was looked at, for a threshold. */
  readonly samples: { readonly canary: number; readonly baseline: number };
}

/** A guard over time, oldest first. */
export interface GuardSeries {
  readonly guard: string;
  readonly unit: 'ratio' | 'seconds' | 'milliseconds';
  readonly points: readonly GuardPoint[];
}

/** The answer of `GET /api/v1/rollouts/:name/series`. */
export interface SeriesView {
  readonly rollout: string;
  /** Length of a span in milliseconds. */
  readonly spanMs: number;
  /** Guards that SDKs or the target's health tell of; others keep no such history. */
  readonly series: readonly GuardSeries[];
  /** Operations of each cohort in the newest minute. */
  readonly traffic: { readonly canary: number; readonly baseline: number };
}
