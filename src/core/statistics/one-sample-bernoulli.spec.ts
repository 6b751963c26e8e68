import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logAboveBernoulliE, upperRate } from './one-sample-bernoulli.ts';

const rate = fc.double({ min: 0.01, max: 0.97, noNaN: true });

function choose(total: number, bad: number): number {
  let ways = 1;
  for (let k = 1; k <= bad; k += 1) ways *= (total - bad + k) / k;
  return ways;
}

describe('logAboveBernoulliE', () => {
  it('expects at most 1 while the rate is within the border, whatever is bet on', () => {
    const total = fc.integer({ min: 1, max: 25 });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, rate, total, part, (bet, border, events, inside) => {
        const truth = inside * border;
        let mean = 0;
        for (let bad = 0; bad <= events; bad += 1) {
          const chance = choose(events, bad) * truth ** bad * (1 - truth) ** (events - bad);
          mean += chance * Math.exp(logAboveBernoulliE({ total: events, bad }, bet, border));
        }
        expect(mean).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('is the likelihood ratio', () => {
    const expected = Math.log((0.4 ** 3 * 0.6 ** 7) / (0.2 ** 3 * 0.8 ** 7));
    expect(logAboveBernoulliE({ total: 10, bad: 3 }, 0.4, 0.2)).toBeCloseTo(expected, 12);
    expect(logAboveBernoulliE({ total: 10, bad: 9 }, 0.2, 0.2)).toBe(0);
  });
});

describe('upperRate', () => {
  it('lies above what was seen, nearer the more was seen', () => {
    const seen = [10, 100, 1000, 100_000].map((total) => upperRate({ total, bad: total / 10 }));
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
    expect(seen[3]).toBeGreaterThan(0.1);
    expect(seen[3]).toBeLessThan(0.104);
  });

  it('is the rate from which what was seen is 3.09 deviations away', () => {
    const upper = upperRate({ total: 100, bad: 20 });
    expect(upper - 0.2).toBeCloseTo(3.09 * Math.sqrt((upper * (1 - upper)) / 100), 12);
  });

  it('is z² / (n + z²) where nothing was bad, and 1 where nothing was seen', () => {
    expect(upperRate({ total: 1000, bad: 0 })).toBeCloseTo(9.5481 / 1009.5481, 5);
    expect(upperRate({ total: 0, bad: 0 })).toBe(1);
  });
});
