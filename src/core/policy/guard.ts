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

export interface ErrorsGuard extends GuardBase {
  readonly compare: 'errors';
  readonly tolerate: RateTolerance;
}

export interface LatencyGuard extends GuardBase {
  readonly compare: 'latency';
  readonly tolerate: readonly LatencyTolerance[];
}

/** `atMost` 0: any confirmed mismatch is harm; otherwise the highest tolerated rate. */
export interface MismatchesGuard extends GuardBase {
  readonly compare: 'mismatches';
  readonly atMost: number;
  readonly compared: { readonly atLeast: number; readonly units: number };
}

export type CompareGuard = ErrorsGuard | LatencyGuard | MismatchesGuard;

/** Health of the target: broken when the value, in milliseconds, exceeds `maxMs`. */
export interface ThresholdGuard extends GuardBase {
  readonly threshold: 'lock_wait' | 'longest_transaction';
  readonly maxMs: number;
  readonly failAfter: { readonly failures: number; readonly of: number };
}

export type Guard = CompareGuard | ThresholdGuard;

export function isCompareGuard(guard: Guard): guard is CompareGuard {
  return 'compare' in guard;
}
