import { describe, expect, it } from '@jest/globals';
import { comparedUnit } from '../../../test/support/judged-ticks.ts';
import type { MismatchesGuard } from '../policy/guard.ts';
import { logEvidence, newProcess } from '../statistics/e-process.ts';
import type { Credits } from './judge-state.ts';
import {
  advanceMismatchHarm,
  advanceMismatchNotWorse,
  creditComparisons,
  type CreditedComparisons,
  mismatchHarmPlan,
  mismatchNotWorsePlan,
} from './mismatches-judge.ts';

const none: Credits = { hourAt: 0, units: [] };
const hour = 3_600_000;

const guard: MismatchesGuard = {
  name: 'reads',
  compare: 'mismatches',
  atMost: 0.01,
  compared: { atLeast: 500, units: 5 },
};

function credited(parts: Partial<CreditedComparisons>): CreditedComparisons {
  return { compared: 0, mismatched: 0, mismatchedUnits: 0, credits: none, ...parts };
}

describe('creditComparisons', () => {
  it('adds up units', () => {
    const { compared, mismatched, mismatchedUnits } = creditComparisons(
      none,
      [comparedUnit('a', 10, 1), comparedUnit('b', 20, 2), comparedUnit('c', 5)],
      0,
    );
    expect([compared, mismatched, mismatchedUnits]).toEqual([35, 3, 2]);
  });

  it('credits a chatty unit with a hundred comparisons an hour', () => {
    const first = creditComparisons(none, [comparedUnit('a', 70)], 0);
    const second = creditComparisons(first.credits, [comparedUnit('a', 70)], 1000);
    const third = creditComparisons(second.credits, [comparedUnit('a', 70)], 2000);
    expect([first, second, third].map((tick) => tick.compared)).toEqual([70, 30, 0]);
  });

  it('counts a broken unit once an hour towards harm, its mismatches all against proof', () => {
    const first = creditComparisons(none, [comparedUnit('a', 50, 9)], 0);
    const second = creditComparisons(first.credits, [comparedUnit('a', 10, 4)], 1000);
    expect([first.mismatchedUnits, second.mismatchedUnits]).toEqual([1, 0]);
    expect([first.mismatched, second.mismatched]).toEqual([9, 4]);
  });

  it('begins anew with the hour', () => {
    const { credits } = creditComparisons(none, [comparedUnit('a', 100, 1)], 10 * hour);
    const within = creditComparisons(credits, [comparedUnit('a', 9, 1)], 11 * hour - 1);
    const after = creditComparisons(credits, [comparedUnit('a', 9, 1)], 11 * hour);
    expect([within.compared, within.mismatchedUnits]).toEqual([0, 0]);
    expect([after.compared, after.mismatchedUnits]).toEqual([9, 1]);
    expect(after.credits.hourAt).toBe(11 * hour);
  });

  it('passes over a unit whose comparisons were all void', () => {
    expect(creditComparisons(none, [comparedUnit('a', 0)], 0).credits.units).toEqual([]);
  });
});

describe('a tolerated rate of mismatches', () => {
  function harm(ticks: readonly CreditedComparisons[]): number {
    const end = ticks.reduce((p, tick) => advanceMismatchHarm(p, guard, tick, 1), newProcess);
    return logEvidence(end, mismatchHarmPlan);
  }
  function proof(ticks: readonly CreditedComparisons[]): number {
    const end = ticks.reduce((p, tick) => advanceMismatchNotWorse(p, guard, tick, 1), newProcess);
    return logEvidence(end, mismatchNotWorsePlan);
  }
  const many = <T>(one: T): T[] => Array.from({ length: 10 }, () => one);

  it('is harm beyond doubt at ten times as much', () => {
    const bad = credited({ compared: 100, mismatched: 10, mismatchedUnits: 10 });
    expect(harm(many(bad))).toBeGreaterThan(Math.log(100));
  });

  it('is no harm at the rate itself', () => {
    const fair = credited({ compared: 100, mismatched: 1, mismatchedUnits: 1 });
    expect(harm(many(fair))).toBeLessThan(0.5);
    expect(proof(many(fair))).toBeLessThan(0.5);
  });

  it('is proven by a thousand clean comparisons', () => {
    expect(proof(many(credited({ compared: 100 })))).toBeGreaterThan(Math.log(100));
  });

  it('is proven more slowly with a mismatch among them', () => {
    const flawed = [
      credited({ compared: 100, mismatched: 1 }),
      ...many(credited({ compared: 100 })),
    ];
    expect(proof(flawed)).toBeLessThan(proof(many(credited({ compared: 110 }))));
    expect(proof(flawed)).toBeGreaterThan(0);
  });

  it('survives more mismatches than credited comparisons', () => {
    expect(Number.isFinite(proof([credited({ compared: 1, mismatched: 5 })]))).toBe(true);
  });
});
