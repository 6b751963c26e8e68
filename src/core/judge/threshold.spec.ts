import { describe, expect, it } from '@jest/globals';
import type { HealthGuard } from '../policy/guard.ts';
import {
  freshThreshold,
  measureThreshold,
  observeThreshold,
  type ThresholdState,
} from './threshold.ts';

const guard: HealthGuard = {
  name: 'locks',
  threshold: 'lock_wait',
  maxMs: 500,
  failAfter: { failures: 3, of: 5 },
};

/** One sample a second, with these lock waits. */
function observed(waits: readonly number[], step = 0, before = freshThreshold): ThresholdState {
  return waits.reduce(
    (state, lock_wait, index) =>
      observeThreshold(
        state,
        guard,
        { at: index * 1_000, lock_wait, longest_transaction: 0 },
        step,
      ),
    before,
  );
}

function verdictAt(state: ThresholdState, now: number): string {
  return measureThreshold(state, guard, now).verdict;
}

describe('a threshold', () => {
  it('fails when enough of the last windows were broken, not before', () => {
    expect(verdictAt(observed([900, 900]), 1_000)).toBe('pass');
    expect(verdictAt(observed([900, 0, 900, 0, 900]), 4_000)).toBe('fail');
  });

  it('forgets windows that are long past', () => {
    expect(verdictAt(observed([900, 900, 0, 0, 0, 900]), 5_000)).toBe('pass');
  });

  it('is broken above its limit, not at it', () => {
    expect(verdictAt(observed([500, 500, 500]), 2_000)).toBe('pass');
    expect(verdictAt(observed([501, 501, 501]), 2_000)).toBe('fail');
  });

  it('counts each window once, however often it is looked at', () => {
    const often = [0, 100, 200, 300].reduce(
      (state, at) =>
        observeThreshold(state, guard, { at, lock_wait: 900, longest_transaction: 0 }, 0),
      freshThreshold,
    );
    expect(often.broken).toEqual([true]);
  });

  it('begins anew at each step', () => {
    const before = observed([900, 900, 900]);
    expect(verdictAt(before, 2_000)).toBe('fail');
    const after = observeThreshold(
      before,
      guard,
      { at: 3_000, lock_wait: 0, longest_transaction: 0 },
      1,
    );
    expect(after.broken).toEqual([false]);
    expect(verdictAt(after, 3_000)).toBe('pass');
  });

  it('has no data before the first sample, and when the last one is stale', () => {
    expect(verdictAt(freshThreshold, 0)).toBe('noData');
    expect(verdictAt(observeThreshold(freshThreshold, guard, null, 0), 0)).toBe('noData');
    expect(verdictAt(observed([0]), 3_000)).toBe('pass');
    expect(verdictAt(observed([0]), 3_001)).toBe('noData');
  });

  it('says what was seen against which limit', () => {
    const measured = measureThreshold(observed([900, 0]), guard, 1_000);
    expect(measured).toEqual({
      guard: 'locks',
      kind: 'threshold',
      verdict: 'pass',
      reason: 'lock_wait 0 ms, limit 500 ms, broken in 1 of the last 2 windows',
      canary: null,
      baseline: 0,
      limit: 500,
      unit: 'milliseconds',
      samples: { canary: 0, baseline: 2, units: 0 },
      logHarm: null,
      logNotWorse: null,
      newestAt: 1_000,
    });
  });

  it('says that nothing fresh is known', () => {
    expect(measureThreshold(freshThreshold, guard, 0)).toMatchObject({
      reason: 'no fresh lock_wait from the target',
      baseline: null,
    });
  });
});
