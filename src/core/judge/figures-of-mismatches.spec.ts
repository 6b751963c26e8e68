import { describe, expect, it } from '@jest/globals';
import { judgingOf } from '../../../test/support/judging.ts';
import type { MismatchesGuard } from '../policy/guard.ts';
import { newProcess } from '../statistics/e-process.ts';
import { figuresOfMismatches, objectToComparisons } from './figures-of-mismatches.ts';
import type { StepState } from './judge-state.ts';

function guard(atMost: number): MismatchesGuard {
  return { name: 'reads', compare: 'mismatches', atMost, compared: { atLeast: 200, units: 5 } };
}

/** A step in which `units` units were compared. */
function compared(total: number, mismatched: number, units: number): Partial<StepState> {
  const comparedUnits = Array.from({ length: units }, (_, index) => `u${index}`);
  return { compared: total, mismatched, comparedUnits };
}

describe('figures of mismatches', () => {
  const harm = { kind: 'mismatches', harm: newProcess, mismatched: 0 } as const;

  it.each([
    [1, 0, 1, 'no mismatch in 1 comparison of 1 unit'],
    [1000, 1, 5, '1 mismatch in 1,000 comparisons of 5 units'],
    [200, 2, 2, '2 mismatches in 200 comparisons of 2 units'],
  ])('%d comparisons with %d mismatches of %d units', (total, mismatched, units, words) => {
    const judging = judgingOf(compared(total, mismatched, units));
    expect(figuresOfMismatches(judging, guard(0), harm, [])).toEqual({
      canary: mismatched,
      baseline: null,
      limit: 0,
      unit: 'count',
      samples: { canary: total, baseline: 0, units },
      logHarm: null,
      logNotWorse: null,
      seen: words,
    });
    expect(figuresOfMismatches(judging, guard(0.001), harm, [])).toEqual({
      canary: mismatched / total,
      baseline: null,
      limit: 0.001,
      unit: 'ratio',
      samples: { canary: total, baseline: 0, units },
      logHarm: 0,
      logNotWorse: 0,
      seen: `${words}; 0.1% is tolerated`,
    });
  });

  it('say nothing where nothing was compared', () => {
    expect(figuresOfMismatches(judgingOf(), guard(0.001), harm, [])).toMatchObject({
      canary: null,
      seen: '',
    });
  });
});

describe('too few comparisons', () => {
  // The step's first evidence is ten seconds old.
  it.each([
    [0, 0, 'noData', 'nothing was compared in this step yet'],
    [50, 5, 'inconclusive', '50 of 200 comparisons, about 30 s more at this rate'],
    [199, 5, 'inconclusive', '199 of 200 comparisons, about 1 s more at this rate'],
    [200, 4, 'inconclusive', 'comparisons of 4 of 5 units'],
  ])('%d of %d units leave the guard open', (total, units, verdict, reason) => {
    const judging = judgingOf({ ...compared(total, 0, units), firstAt: 5_000 }, { now: 15_000 });
    expect(objectToComparisons(judging, guard(0))).toEqual({ verdict, reason });
  });

  it.each([
    [1, '1 comparison was void'],
    [1200, '1,200 comparisons were void'],
  ])('are none at all where they were void, %d of them', (voided, words) => {
    expect(objectToComparisons(judgingOf({ voided }), guard(0))).toEqual({
      verdict: 'noData',
      reason: `nothing was compared in this step yet: ${words}, since the unit was written meanwhile, or a side failed, was late or answers differently each time`,
    });
  });

  it('are none from the number on that the policy names', () => {
    expect(objectToComparisons(judgingOf(compared(200, 0, 5)), guard(0))).toBeNull();
  });

  it('are told of one unit in the singular', () => {
    const one = { ...guard(0), compared: { atLeast: 1, units: 1 } };
    expect(objectToComparisons(judgingOf({ compared: 9 }), one)?.reason).toBe(
      'comparisons of 0 of 1 unit',
    );
  });
});
