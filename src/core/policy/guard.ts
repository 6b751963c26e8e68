/** What a failing guard causes. */
export type FailAction = 'rollback' | 'hold' | 'notify';

/** How much worse a rate may be: at most `ratio` × old + `add` (a probability, 0.02 = 2 pp). */
export interface RateTolerance {
  readonly ratio: number;
  readonly add: number;
}

/** How much slower a quantile may be: whichever is more, a part (0.5 = 50 %) or milliseconds. */
export interface LatencyTolerance {
  readonly quantile: number;
  readonly part: number;
  readonly atLeastMs: number;
}

interface GuardBase {
  readonly name: string;
  /** Absent: the policy's `onFail`. */
  readonly onFail?: FailAction;
}

/** A label by which two deployments are told apart, each of which serves one cohort. */
export interface CohortLabel {
  readonly label: string;
  readonly canary: string;
  readonly baseline: string;
}

interface AskedSource {
  readonly provider: string;
  readonly intervalMs: number;
  /** Where two deployments serve the cohorts; absent: the labels `migration` and `cohort` tell. */
  readonly cohorts?: CohortLabel;
}

/** Counts from a metrics provider: two PromQL queries, by cohort and, where it has it, bucket. */
export interface QueriedSource extends AskedSource {
  readonly bad: string;
  readonly total: string;
}

/** Durations from a metrics provider: a selector of native histograms, or of the buckets of classic ones. */
export interface HistogramSource extends AskedSource {
  readonly histogram: string;
  /** Of the buckets' bounds. */
  readonly unit: 's' | 'ms';
}

/** Counts and durations that applications send by OTLP, from the instruments of our SDK, by bucket. */
export interface ReceivedSource {
  readonly otlp: 'migration';
  readonly intervalMs: number;
}

export type MetricSource = QueriedSource | HistogramSource | ReceivedSource;

export interface ErrorsGuard extends GuardBase {
  readonly compare: 'errors';
  readonly tolerate: RateTolerance;
  /** Absent: the SDK's own counts. */
  readonly source?: QueriedSource | ReceivedSource;
}

export interface LatencyGuard extends GuardBase {
  readonly compare: 'latency';
  readonly tolerate: readonly LatencyTolerance[];
  /** Absent: the SDK's own histograms. */
  readonly source?: HistogramSource | ReceivedSource;
}

/** `atMost` 0: any confirmed mismatch is harm; otherwise the highest tolerated rate. */
export interface MismatchesGuard extends GuardBase {
  readonly compare: 'mismatches';
  readonly atMost: number;
  readonly compared: { readonly atLeast: number; readonly units: number };
}

export type CompareGuard = ErrorsGuard | LatencyGuard | MismatchesGuard;

/** Health of the target: broken when the value, in milliseconds, exceeds `maxMs`. */
export interface HealthGuard extends GuardBase {
  readonly threshold: 'lock_wait' | 'longest_transaction';
  readonly maxMs: number;
  readonly failAfter: FailAfter;
}

/** Rows whose two shapes differ, looked for all the while: broken above `maxRows`. */
export interface ParityGuard extends GuardBase {
  readonly threshold: 'parity';
  readonly maxRows: number;
}

/** A value from a metrics provider: broken when below `min` or above `max`; null is no limit. */
export interface MetricGuard extends GuardBase {
  readonly threshold: 'metric';
  readonly provider: string;
  readonly expr: string;
  readonly min: number | null;
  readonly max: number | null;
  /** How often it is asked, and how long a window is. Milliseconds. */
  readonly intervalMs: number;
  readonly windowMs: number;
  readonly failAfter: FailAfter;
}

/** So many broken windows among so many make a failure. */
export interface FailAfter {
  readonly failures: number;
  readonly of: number;
}

export type ThresholdGuard = HealthGuard | ParityGuard | MetricGuard;

export type Guard = CompareGuard | ThresholdGuard;

export function isCompareGuard(guard: Guard): guard is CompareGuard {
  return 'compare' in guard;
}

export function isHealthGuard(guard: Guard): guard is HealthGuard {
  return 'threshold' in guard && guard.threshold !== 'metric' && guard.threshold !== 'parity';
}

export function isParityGuard(guard: Guard): guard is ParityGuard {
  return 'threshold' in guard && guard.threshold === 'parity';
}

export function isMetricGuard(guard: Guard): guard is MetricGuard {
  return 'threshold' in guard && guard.threshold === 'metric';
}

/** A guard whose evidence does not come from the SDK's reports. */
export type SourcedGuard =
  | (ErrorsGuard & { readonly source: QueriedSource | ReceivedSource })
  | (LatencyGuard & { readonly source: HistogramSource | ReceivedSource });

export function isSourcedGuard(guard: Guard): guard is SourcedGuard {
  return 'compare' in guard && guard.compare !== 'mismatches' && guard.source !== undefined;
}

/** The name that the watch over the old side goes by; no guard of a policy may have it. */
export const baselineGuard = 'baseline';
