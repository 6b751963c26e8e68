import { describe, expect, it } from '@jest/globals';
import type { MetricGuard } from '../policy/guard.ts';
import {
  freshMetricThreshold,
  measureMetric,
  observeMetric,
  type MetricThresholdState,
  type ThresholdStep,
} from './metric-threshold.ts';
import type { MetricReading } from './metric-reading.ts';

const guard: MetricGuard = {
  name: 'checkout-slo',
  threshold: 'metric',
  provider: 'main',
  expr: 'x',
  min: 0.995,
  max: null,
  intervalMs: 15_000,
  windowMs: 60_000,
  failAfter: { failures: 3, of: 5 },
};

const step: ThresholdStep = { index: 4, enteredAt: 0, settledAt: 1_000 };
const good = 0.999;
const bad = 0.9;

const valueOf = (value: number, at: number): MetricReading => ({
  kind: 'value',
  value,
  newestAt: at,
});

/** Values of one evaluation every 15 s, the first at 15 s. */
function seen(
  values: readonly number[],
  before = freshMetricThreshold,
  where = step,
  from = 0,
): MetricThresholdState {
  return values.reduce((state, value, index) => {
    const at = from + (index + 1) * 15_000;
    return observeMetric(state, guard, { from: at, at, reading: valueOf(value, at) }, where);
  }, before);
}

const verdictAt = (state: MetricThresholdState, now: number, where = step): string =>
  measureMetric(state, guard, where, now).verdict;
const times = (count: number, value: number): number[] =>
  Array.from({ length: count }, () => value);

describe('a threshold on a metric', () => {
  it('counts windows that do not overlap, not evaluations', () => {
    expect(seen(times(8, bad)).broken).toEqual([true, true]);
    expect(verdictAt(seen(times(8, bad)), 120_000)).toBe('inconclusive');
    expect(verdictAt(seen(times(9, bad)), 135_000)).toBe('fail');
  });

  it('fails without waiting for the settle time', () => {
    const late = { ...step, enteredAt: 14_000, settledAt: null };
    const state = seen(times(9, bad), freshMetricThreshold, late);
    expect(verdictAt(state, 135_000, late)).toBe('fail');
  });

  it('passes only when a whole window lies behind the settle time of two intervals', () => {
    expect(verdictAt(seen(times(6, good)), 90_000)).toBe('inconclusive');
    expect(measureMetric(seen(times(6, good)), guard, step, 90_000).reason).toContain('1 s more');
    expect(verdictAt(seen(times(7, good)), 105_000)).toBe('pass');
  });

  it('begins anew at each step', () => {
    const failed = seen(times(9, bad));
    const next = { index: 5, enteredAt: 140_000, settledAt: 141_000 };
    expect(verdictAt(failed, 141_000, next)).toBe('inconclusive');
    expect(seen([bad], failed, next, 135_000).broken).toEqual([true]);
  });

  it('does not count what was asked before the step', () => {
    const next = { index: 5, enteredAt: 1_000_000, settledAt: null };
    expect(seen([bad], freshMetricThreshold, next).broken).toEqual([]);
  });

  it('holds on doubt, by its own verdict, and knows when its answer has become old', () => {
    const reading = { kind: 'doubt', verdict: 'providerError', reason: 'answered 503' } as const;
    const state = observeMetric(
      seen(times(7, good)),
      guard,
      { from: 0, at: 120_000, reading },
      step,
    );
    expect(measureMetric(state, guard, step, 120_000)).toMatchObject({
      verdict: 'providerError',
      reason: 'answered 503',
    });
    expect(verdictAt(seen(times(7, good)), 105_000 + 45_000)).toBe('pass');
    expect(verdictAt(seen(times(7, good)), 105_000 + 45_001)).toBe('noData');
    expect(verdictAt(freshMetricThreshold, 0)).toBe('noData');
  });

  it('neither passes nor fails by a value whose newest sample is stale', () => {
    const stale = (value: number) =>
      observeMetric(
        seen(times(9, good)),
        guard,
        { from: 0, at: 200_000, reading: valueOf(value, 154_999) },
        step,
      );
    expect(stale(bad).broken).toEqual([false, false, false]);
    expect(verdictAt(stale(good), 200_000)).toBe('noData');
  });

  it('takes an observation once', () => {
    const observation = { from: 0, at: 15_000, reading: valueOf(bad, 15_000) };
    const once = observeMetric(freshMetricThreshold, guard, observation, step);
    expect(observeMetric(once, guard, observation, step)).toEqual(once);
  });

  it('keeps both limits, and is broken beyond them, not at them', () => {
    const both = { ...guard, max: 1, failAfter: { failures: 1, of: 1 } };
    const verdict = (value: number): string => {
      const at = 105_000;
      const state = observeMetric(
        freshMetricThreshold,
        both,
        { from: 0, at, reading: valueOf(value, at) },
        step,
      );
      return measureMetric(state, both, step, at).verdict;
    };
    expect([0.995, 1, 0.9949, 1.01].map(verdict)).toEqual(['pass', 'pass', 'fail', 'fail']);
  });

  it('says what was seen against which limit', () => {
    expect(measureMetric(seen(times(9, bad)), guard, step, 135_000)).toMatchObject({
      reason: 'value 0.9, at least 0.995 is right, broken in 3 of the last 3 windows',
      baseline: 0.9,
      limit: 0.995,
    });
  });
});
