import { describe, expect, it } from '@jest/globals';
import { comparedStep } from '../../../test/support/judged-policy.ts';
import { countFailing, leaveOutOfStep, nobodySentBack } from './sent-back.ts';
import { freshStep } from './step-state.ts';

const tick = (newRequests: readonly number[], newFailed: readonly number[]) => ({
  newRequests,
  newFailed,
});

describe('countFailing', () => {
  it('counts a unit from its first failure on, its successes as well', () => {
    const first = countFailing([], tick([5, 8, 9], [0, 2, 0]));
    expect(first).toEqual([[1, 8, 2]]);
    const second = countFailing(first, tick([5, 10, 9, 4], [0, 0, 3, 0]));
    expect(second).toEqual([
      [1, 18, 2],
      [2, 9, 3],
    ]);
  });

  it('keeps who made no request', () => {
    expect(countFailing([[7, 18, 2]], tick([1], [0]))).toEqual([[7, 18, 2]]);
  });
});

describe('leaveOutOfStep', () => {
  const step = {
    ...freshStep(comparedStep()),
    failing: [
      [1, 18, 2],
      [2, 9, 3],
      [4, 7, 7],
    ] as const,
  };

  it('puts aside what the units did, and adds to what others did before', () => {
    const once = leaveOutOfStep(step, new Map([[2, 'beta']]));
    expect(once.sentBack).toEqual({ units: ['beta'], requests: 9, failed: 3 });
    expect(once.failing.map(([row]) => row)).toEqual([1, 4]);
    const twice = leaveOutOfStep(once, new Map([[4, 'delta']]));
    expect(twice.sentBack).toEqual({ units: ['beta', 'delta'], requests: 16, failed: 10 });
  });

  it('knows nothing of a unit that has not failed in this step', () => {
    expect(leaveOutOfStep(step, new Map([[9, 'quiet']]))).toEqual(step);
    expect(step.sentBack).toBe(nobodySentBack);
  });
});
