import type { Measurement } from '../judge/measurement.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { MetricGuard } from '../policy/guard.ts';
import type { MetricObservation } from './metric-reading.ts';

/** A threshold's memory. Plain JSON. */
export interface MetricThresholdState {
  readonly step: number;
  /** Which of the step's last windows were broken, oldest first. */
  readonly broken: readonly boolean[];
  /** End of the newest window that counted; the next one begins there. Epoch milliseconds. */
  readonly countedAt: number | null;
  readonly last: MetricObservation | null;
}

export const freshMetricThreshold: MetricThresholdState = {
  step: -1,
  broken: [],
  countedAt: null,
  last: null,
};

/** Where a rollout is, as far as a threshold cares. Epoch milliseconds. */
export interface ThresholdStep {
  readonly index: number;
  readonly enteredAt: number;
  /** Since when every instance runs the step's route; null while not all do. */
  readonly settledAt: number | null;
}

/** An observation is stale after three intervals of its source. */
const staleIntervals = 3;

/** A scrape and the evaluation of a rule may lie between an event and its value. */
const settleIntervals = 2;

/**
 * The state after an observation; one that is not newer than the last changes nothing. Windows that
 * count for `failAfter` never overlap and begin anew at each step; harm counts from the step's first
 * value on, although its window may reach back before the step.
 */
export function observeMetric(
  state: MetricThresholdState,
  guard: MetricGuard,
  observation: MetricObservation,
  step: ThresholdStep,
): MetricThresholdState {
  const current = inStep(state, step);
  if (current.last !== null && observation.at <= current.last.at) return current;
  const seen = { ...current, last: observation };
  const { at, reading } = observation;
  if (reading.kind !== 'value' || isOld(reading.newestAt, guard, at)) return seen;
  const counts = at >= step.enteredAt && at >= (current.countedAt ?? -Infinity) + guard.windowMs;
  if (!counts) return seen;
  const broken = [...current.broken, isBroken(guard, reading.value)].slice(-guard.failAfter.of);
  return { ...seen, broken, countedAt: at };
}

/** The verdict at `now`, epoch milliseconds, with the words that explain it. */
export function measureMetric(
  state: MetricThresholdState,
  guard: MetricGuard,
  step: ThresholdStep,
  now: number,
): Measurement {
  const current = inStep(state, step);
  const reading = current.last?.reading ?? null;
  const value = reading?.kind === 'value' ? reading.value : null;
  return {
    guard: guard.name,
    kind: 'threshold',
    ...judge(current, guard, step, now),
    canary: null,
    baseline: value,
    limit:
      value !== null && guard.min !== null && value < guard.min
        ? guard.min
        : (guard.max ?? guard.min),
    unit: 'value',
    samples: { canary: 0, baseline: current.broken.length, units: 0 },
    logHarm: null,
    logNotWorse: null,
    newestAt: reading?.kind === 'value' ? reading.newestAt : null,
  };
}

function judge(
  { broken, last }: MetricThresholdState,
  guard: MetricGuard,
  step: ThresholdStep,
  now: number,
): { readonly verdict: Verdict; readonly reason: string } {
  const count = broken.filter(Boolean).length;
  const windows = `broken in ${count} of the last ${broken.length} windows`;
  const { failures, of } = guard.failAfter;
  if (count >= failures) return { verdict: 'fail', reason: `${wordsOf(guard, last)}, ${windows}` };
  if (last === null)
    return { verdict: 'noData', reason: `${guard.provider} has not been asked yet` };
  if (isOld(last.at, guard, now)) {
    const words = `the last answer of ${guard.provider} is ${seconds(now - last.at)} old`;
    return { verdict: 'noData', reason: words };
  }
  const { reading } = last;
  if (reading.kind === 'doubt') return reading;
  if (reading.kind === 'counts') throw new RangeError(`guard ${guard.name} was given counts`);
  if (isOld(reading.newestAt, guard, now)) {
    const words = `the newest sample is ${seconds(now - reading.newestAt)} old, ${seconds(staleIntervals * guard.intervalMs)} is fresh`;
    return { verdict: 'noData', reason: words };
  }
  if (isBroken(guard, reading.value)) {
    const words = `${wordsOf(guard, last)}, ${windows}; ${failures} of ${of} fail`;
    return { verdict: 'inconclusive', reason: words };
  }
  const settled = (step.settledAt ?? step.enteredAt) + settleIntervals * guard.intervalMs;
  const missing = settled + guard.windowMs - last.at;
  if (missing > 0) {
    const words = `the window still reaches back before this step, ${seconds(missing)} more`;
    return { verdict: 'inconclusive', reason: `${wordsOf(guard, last)}; ${words}` };
  }
  return { verdict: 'pass', reason: `${wordsOf(guard, last)}, ${windows}` };
}

function inStep(state: MetricThresholdState, { index }: ThresholdStep): MetricThresholdState {
  return state.step === index ? state : { ...state, step: index, broken: [], countedAt: null };
}

function isBroken({ min, max }: MetricGuard, value: number): boolean {
  return (min !== null && value < min) || (max !== null && value > max);
}

function isOld(at: number, { intervalMs }: MetricGuard, now: number): boolean {
  return now - at > staleIntervals * intervalMs;
}

function wordsOf({ min, max }: MetricGuard, last: MetricObservation | null): string {
  const value =
    last?.reading.kind === 'value' ? String(Number(last.reading.value.toPrecision(6))) : '?';
  const limits = [min === null ? [] : [`at least ${min}`], max === null ? [] : [`at most ${max}`]];
  return `value ${value}, ${limits.flat().join(' and ')} is right`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
