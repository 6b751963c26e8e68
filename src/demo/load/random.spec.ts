import { describe, expect, it } from '@jest/globals';
import { seededRandom } from './random.ts';

describe('seededRandom', () => {
  it('repeats itself for the same seed and not for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('stays in [0, 1) and has the mean of a fair draw', () => {
    const draws = Array.from({ length: 20_000 }, seededRandom(1));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 2);
  });
});
