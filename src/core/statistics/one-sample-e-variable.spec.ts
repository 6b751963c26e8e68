import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectationOfE } from '../../../test/support/exact-expectation.ts';
import { belowRates, belowWeights } from './alternatives.ts';
import { logAboveE, logBelowE, logOftenerE } from './one-sample-e-variable.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const border = fc.double({ min: 0.001, max: 0.3, noNaN: true });
const total = fc.integer({ min: 1, max: 60 });

/** The expectation at one true rate; the second stream is idle. */
function mean(
  events: number,
  newRate: number,
  logE: (total: number, bad: number) => number,
): number {
  return expectationOfE({ newTotal: events, oldTotal: 0 }, { newRate, oldRate: 0.5 }, (seen) =>
    logE(seen.newTotal, seen.newBad),
  );
}

describe('logAboveE', () => {
  it('expects at most 1 at every rate up to the border', () => {
    fc.assert(
      fc.property(total, border, unit, unit, (n, mu, part, far) => {
        const bet = mu + far * (0.9 - mu);
        const e = mean(n, part * mu, (t, bad) => logAboveE({ total: t, bad }, bet, mu));
        expect(e).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('is the Poisson likelihood ratio', () => {
    const expected = 3 * Math.log(0.05 / 0.01) - 100 * (0.05 - 0.01);
    expect(logAboveE({ total: 100, bad: 3 }, 0.05, 0.01)).toBeCloseTo(expected, 12);
  });

  it('says nothing for a bet that is not above the border', () => {
    expect(logAboveE({ total: 100, bad: 50 }, 0.01, 0.01)).toBe(0);
  });
});

describe('logBelowE', () => {
  it('expects at most 1 at every rate from the border on', () => {
    fc.assert(
      fc.property(total, border, unit, unit, (n, mu, part, far) => {
        const truth = mu + part * (1 - mu);
        const e = mean(n, truth, (t, bad) => logBelowE({ total: t, bad }, far * mu, mu));
        expect(e).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('loses a bet on nothing by the first event, for good', () => {
    expect(logBelowE({ total: 100, bad: 1 }, 0, 0.01)).toBe(-Infinity);
    expect(logBelowE({ total: 100, bad: 0 }, 0, 0.01)).toBeCloseTo(-100 * Math.log(0.99), 12);
  });

  it('says nothing for a bet that is not below the border', () => {
    expect(logBelowE({ total: 100, bad: 0 }, 0.01, 0.01)).toBe(0);
  });

  it('proves 1 in 10,000 at 1 % after 46,050 clean comparisons by the bet on nothing alone', () => {
    const needed = Math.log(100);
    expect(logBelowE({ total: 46_050, bad: 0 }, 0, 1e-4)).toBeGreaterThanOrEqual(needed);
    expect(logBelowE({ total: 46_049, bad: 0 }, 0, 1e-4)).toBeLessThan(needed);
  });

  it('proves it after fewer than 53,000 by the mixture that survives a mismatch', () => {
    const mixture = (n: number): number =>
      belowRates(1e-4).reduce(
        (sum, bet, k) =>
          sum + (belowWeights[k] ?? 0) * Math.exp(logBelowE({ total: n, bad: 0 }, bet, 1e-4)),
        0,
      );
    expect(mixture(52_981)).toBeGreaterThanOrEqual(100);
    expect(mixture(46_050)).toBeLessThan(100);
  });
});

describe('logOftenerE', () => {
  const part = fc.double({ min: 0.001, max: 0.999, noNaN: true });

  it('expects at most 1 of what happens no more often than the border', () => {
    fc.assert(
      fc.property(
        part,
        part,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bet, border, fraction) => {
          const truth = fraction * border;
          const mean =
            truth * Math.exp(logOftenerE(true, bet, border)) +
            (1 - truth) * Math.exp(logOftenerE(false, bet, border));
          expect(mean).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
    );
  });

  it('is the likelihood ratio of one trial', () => {
    expect(Math.exp(logOftenerE(true, 0.9, 0.3))).toBeCloseTo(3, 12);
    expect(Math.exp(logOftenerE(false, 0.9, 0.3))).toBeCloseTo(1 / 7, 12);
    expect(logOftenerE(true, 0.3, 0.3)).toBe(0);
  });
});
