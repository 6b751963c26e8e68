import { describe, expect, it } from '@jest/globals';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import { advanceCusum, type Cusum, greatest, noCusum } from './cusum.ts';

function after(ticks: readonly (readonly number[])[], dispersion = 1): Cusum {
  return ticks.reduce<Cusum>((sums, logE) => advanceCusum(sums, logE, dispersion), noCusum);
}

describe('cusum', () => {
  it('is the evidence since the best moment to begin, per alternative', () => {
    expect(
      after([
        [-3, 1],
        [-2, -4],
        [2, 1],
        [1.5, -0.5],
      ]),
    ).toEqual([3.5, 0.5]);
  });

  it('equals the greatest sum of the last ticks, however many', () => {
    const random = seededRandom(8);
    const ticks = Array.from({ length: 60 }, () => [random() - 0.55]);
    let best = 0;
    let sum = 0;
    for (const [logE = 0] of ticks.toReversed()) best = Math.max(best, (sum += logE));
    expect(greatest(after(ticks))).toBeCloseTo(best, 12);
  });

  it('divides by the dispersion', () => {
    expect(after([[3], [1]], 2)).toEqual([2]);
  });

  it('seldom stands high at a given moment while nothing is wrong', () => {
    const random = seededRandom(5);
    const [usual, harmed] = [2, 4];
    let high = 0;
    for (let run = 0; run < 2000; run += 1) {
      const ticks = Array.from({ length: 40 }, () => {
        const failed = poisson(usual, random);
        return [failed * Math.log(harmed / usual) - (harmed - usual)];
      });
      if (greatest(after(ticks)) > Math.log(10)) high += 1;
    }
    expect(high / 2000).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(0);
  });

  it('is nothing before the first tick', () => {
    expect(greatest(noCusum)).toBe(0);
  });
});
