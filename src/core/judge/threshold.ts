import type { HealthGuard } from '../policy/guard.ts';
import type { Measurement } from './measurement.ts';

/** One look at the health of a target, in milliseconds; null values could not be read. */
export interface HealthSample {
  readonly at: number;
  readonly lock_wait: number;
  readonly longest_transaction: number;
}

/** One window counts once: samples nearer to each other than this are the same window. Milliseconds. */
const windowMs = 1_000;

/** A sample older than this says nothing about now. Milliseconds: three windows. */
const staleAfterMs = 3 * windowMs;

/** Which of the last windows were broken, oldest first, and when the newest began. */
export interface ThresholdState {
  readonly broken: readonly boolean[];
  readonly newestAt: number | null;
  readonly value: number | null;
  readonly step: number;
}

export const freshThreshold: ThresholdState = {
  broken: [],
  newestAt: null,
  value: null,
  step: -1,
};

/** Takes in a sample. Counters restart at each step; windows never overlap. */
export function observeThreshold(
  state: ThresholdState,
  guard: HealthGuard,
  sample: HealthSample | null,
  step: number,
): ThresholdState {
  const current = state.step === step ? state : { ...freshThreshold, step };
  if (sample === null) return current;
  if (current.newestAt !== null && sample.at < current.newestAt + windowMs) return current;
  const value = sample[guard.threshold];
  const broken = [...current.broken, value > guard.maxMs].slice(-guard.failAfter.of);
  return { broken, newestAt: sample.at, value, step };
}

/** The verdict: `fail` when enough of the last windows were broken, `noData` when the last is stale. */
export function measureThreshold(
  state: ThresholdState,
  guard: HealthGuard,
  now: number,
): Measurement {
  const count = state.broken.filter(Boolean).length;
  const stale = state.newestAt === null || now - state.newestAt > staleAfterMs;
  const failed = count >= guard.failAfter.failures;
  const verdict = stale ? 'noData' : failed ? 'fail' : 'pass';
  const limit = `${guard.maxMs} ms`;
  const seen = `${guard.threshold} ${state.value ?? '?'} ms, limit ${limit}`;
  return {
    guard: guard.name,
    kind: 'threshold',
    verdict,
    reason: stale
      ? `no fresh ${guard.threshold} from the target`
      : `${seen}, broken in ${count} of the last ${state.broken.length} windows`,
    canary: null,
    baseline: state.value,
    limit: guard.maxMs,
    unit: 'milliseconds',
    samples: { canary: 0, baseline: state.broken.length, units: 0 },
    logHarm: null,
    logNotWorse: null,
    newestAt: state.newestAt,
  };
}
