import { describe, expect, it } from '@jest/globals';
import { normal, seededRandom } from '../../../test/support/seeded-random.ts';
import { comparisonVariance, wideningFactor } from './comparison-error.ts';

const units = {
  side: [2, 2, 1, 1, 1, 0],
  flow: [10, 1, 20, 5, 5, 99],
  relative: [1, 3, 0.5, 1, 2],
  variance: [0.01, 0.2, 0.005, 0.02],
  spread: 0.1,
  drift: 0,
};

describe('comparisonVariance', () => {
  it('is the scatter of ln(new rate / old rate) when every relative rate is off by its error', () => {
    const random = seededRandom(1);
    const logs = Array.from({ length: 40_000 }, () => {
      const rate = [0, 0, 0];
      for (const [unit, side] of units.side.entries()) {
        const deviation = Math.sqrt(units.variance[unit] ?? units.spread) / 10;
        const drawn = (units.relative[unit] ?? 1) + deviation * normal(random);
        rate[side] = (rate[side] ?? 0) + (units.flow[unit] ?? 0) * drawn;
      }
      return Math.log((rate[2] ?? 1) / (rate[1] ?? 1));
    });
    const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
    const scatter = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logs.length;
    expect(Math.abs((100 * scatter) / comparisonVariance(units) - 1)).toBeLessThan(0.05);
  });

  it('grows by what drifts: less the more units share a cohort', () => {
    const grown = (side: number[], flow: number[]): number => {
      const known = { side, flow, relative: [], variance: side.map(() => 0), spread: 0 };
      return comparisonVariance({ ...known, drift: 0.09 });
    };
    expect(grown([2], [3])).toBeCloseTo(0.09, 12);
    expect(grown([2, 2, 2], [3, 3, 3])).toBeCloseTo(0.03, 12);
    expect(grown([2, 1], [3, 8])).toBeCloseTo(0.18, 12);
  });

  it('grows by what drifts as a part of the rate, whatever that is', () => {
    const alone = { side: [2], flow: [3], variance: [0], spread: 0, drift: 0.09 };
    for (const rate of [0.5, 1, 4]) {
      expect(comparisonVariance({ ...alone, relative: [rate] })).toBeCloseTo(0.09, 12);
    }
  });

  it('is 0 where nobody makes a request', () => {
    expect(comparisonVariance({ ...units, flow: [] })).toBe(0);
  });
});

describe('wideningFactor', () => {
  it('is one deviation of the logarithm', () => {
    expect(wideningFactor(0)).toBe(1);
    expect(wideningFactor(Math.log(1.3))).toBeCloseTo(1.3, 12);
  });
});
