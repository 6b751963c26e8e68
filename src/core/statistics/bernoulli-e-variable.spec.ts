import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { itBetsFairly, totals } from '../../../test/support/fair-bets.ts';
import { logBernoulliE, projectBernoulli } from './bernoulli-e-variable.ts';
import { type Margin, toleratedRate } from './two-streams.ts';

const rate = fc.double({ min: 0.01, max: 0.95, noNaN: true });
const margins: fc.Arbitrary<Margin> = fc.constantFrom(
  { ratio: 1, add: 0 },
  { ratio: 1.25, add: 0 },
  { ratio: 1.1, add: 0.02 },
  { ratio: 1, add: 0.1 },
);

function divergence(
  a: number,
  b: number,
  n1: number,
  n0: number,
  margin: Margin,
): (q: number) => number {
  const one = (u: number, v: number): number =>
    u * Math.log(u / v) + (1 - u) * Math.log((1 - u) / (1 - v));
  return (q) => n1 * one(a, margin.ratio * q + margin.add) + n0 * one(b, q);
}

describe('projectBernoulli', () => {
  it('finds the nearest point of the border', () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        totals,
        margins,
        (newRate, oldRate, { newTotal, oldTotal }, margin) => {
          const found = projectBernoulli({ newRate, oldRate }, newTotal, oldTotal, margin);
          expect(found.newRate).toBeCloseTo(toleratedRate(found.oldRate, margin), 12);
          const away = divergence(newRate, oldRate, newTotal, oldTotal, margin);
          const here = away(found.oldRate);
          const around = [-0.05, -0.001, 0.001, 0.05]
            .map((step) => found.oldRate + step)
            .filter((q) => q > 0 && q < 1 && toleratedRate(q, margin) < 1)
            .map((q) => away(q));
          expect(Math.min(here, ...around)).toBeGreaterThanOrEqual(here - 1e-9);
        },
      ),
    );
  });

  it('finds the pooled rate by bisection as well', () => {
    const bet = { newRate: 0.4, oldRate: 0.1 };
    const shortcut = projectBernoulli(bet, 30, 70, { ratio: 1, add: 0 });
    const bisected = projectBernoulli(bet, 30, 70, { ratio: 1, add: 1e-15 });
    expect(bisected.oldRate).toBeCloseTo(shortcut.oldRate, 9);
    expect(shortcut.oldRate).toBeCloseTo(0.19, 12);
  });
});

describe('logBernoulliE', () => {
  itBetsFairly(logBernoulliE, { rate, margins });

  it('is the likelihood ratio against the projection', () => {
    const counts = { newTotal: 10, newBad: 6, oldTotal: 30, oldBad: 12 };
    const bet = { newRate: 0.7, oldRate: 0.5 };
    const pooled = (10 * 0.7 + 30 * 0.5) / 40;
    const likelihood = (a: number, b: number): number =>
      a ** 6 * (1 - a) ** 4 * b ** 12 * (1 - b) ** 18;
    const expected = Math.log(likelihood(0.7, 0.5) / likelihood(pooled, pooled));
    expect(logBernoulliE(counts, bet, { ratio: 1, add: 0 }, 'harm')).toBeCloseTo(expected, 10);
  });

  it('grows where the poisson form has no power: slower than the median', () => {
    const counts = { newTotal: 100, newBad: 90, oldTotal: 100, oldBad: 50 };
    const bet = { newRate: 0.9, oldRate: 0.5 };
    expect(logBernoulliE(counts, bet, { ratio: 1, add: 0 }, 'harm')).toBeGreaterThan(15);
  });

  it('says nothing without traffic on one side, or for a bet on the wrong side', () => {
    const bet = { newRate: 0.7, oldRate: 0.5 };
    const none = { newTotal: 0, newBad: 0, oldTotal: 30, oldBad: 12 };
    const both = { newTotal: 5, newBad: 5, oldTotal: 30, oldBad: 12 };
    expect(logBernoulliE(none, bet, { ratio: 1, add: 0 }, 'harm')).toBe(0);
    expect(logBernoulliE(both, bet, { ratio: 1, add: 0 }, 'notWorse')).toBe(0);
  });
});
