import { describe, expect, it } from '@jest/globals';
import { Random } from './random.ts';
import { binomial, geometric, poisson } from './samplers.ts';

const draws = 10_000;

function moments(draw: (random: Random) => number): { mean: number; variance: number } {
  const random = new Random(7);
  let [sum, squares] = [0, 0];
  for (let k = 0; k < draws; k += 1) {
    const value = draw(random);
    sum += value;
    squares += value * value;
  }
  const mean = sum / draws;
  return { mean, variance: squares / draws - mean * mean };
}

/** Five standard errors of a mean of so many draws. */
function within(variance: number): number {
  return 5 * Math.sqrt(variance / draws);
}

describe('poisson', () => {
  it.each([0.02, 0.9, 11.9, 12.1, 60, 4_000])('has mean and variance %d', (mean) => {
    const seen = moments((random) => poisson(random, mean));
    expect(Math.abs(seen.mean - mean)).toBeLessThan(within(mean));
    expect(Math.abs(seen.variance / mean - 1)).toBeLessThan(0.05 + 5 / Math.sqrt(draws * mean));
  });

  it('has the right share of each count on both sides of the change of method', () => {
    for (const mean of [11.9, 12.1]) {
      const random = new Random(3);
      const seen = new Map<number, number>();
      for (let k = 0; k < draws; k += 1) {
        const count = poisson(random, mean);
        seen.set(count, (seen.get(count) ?? 0) + 1);
      }
      let chance = Math.exp(-mean);
      for (let count = 0; count < 30; count += 1) {
        const expected = chance * draws;
        expect(Math.abs((seen.get(count) ?? 0) - expected)).toBeLessThan(
          4 + 5 * Math.sqrt(expected),
        );
        chance *= mean / (count + 1);
      }
    }
  });

  it('is 0 where nothing is expected', () => {
    expect(poisson(new Random(1), 0)).toBe(0);
  });
});

describe('binomial', () => {
  it.each([
    [50, 0.001],
    [50, 0.2],
    [2_000, 0.3],
    [2_000, 0.7],
    [5_000, 0.002],
  ])('of %d trials with chance %d has the right mean and variance', (trials, chance) => {
    const seen = moments((random) => binomial(random, trials, chance));
    const variance = trials * chance * (1 - chance);
    expect(Math.abs(seen.mean - trials * chance)).toBeLessThan(within(variance));
    expect(Math.abs(seen.variance / variance - 1)).toBeLessThan(
      0.05 + 5 / Math.sqrt(draws * variance),
    );
  });

  it('keeps to its ends', () => {
    const random = new Random(1);
    expect([binomial(random, 9, 0), binomial(random, 9, 1), binomial(random, 0, 0.5)]).toEqual([
      0, 9, 0,
    ]);
  });
});

describe('geometric', () => {
  it('counts from 1 with the mean that it is given', () => {
    const seen = moments((random) => geometric(random, 40));
    expect(Math.abs(seen.mean - 40)).toBeLessThan(within(40 * 39));
  });
});

describe('Random', () => {
  it('gives the same numbers for the same seed, and others for the next', () => {
    const three = (seed: number): number[] => {
      const random = new Random(seed);
      return [random.bits(), random.bits(), random.bits()];
    };
    expect(three(20_250)).toEqual(three(20_250));
    expect(three(20_250)).not.toEqual(three(20_251));
  });

  it('is uniform and normal where it says so', () => {
    const uniform = moments((random) => random.uniform());
    expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(within(1 / 12));
    const normal = moments((random) => random.normal());
    expect(Math.abs(normal.mean)).toBeLessThan(within(1));
    expect(Math.abs(normal.variance - 1)).toBeLessThan(0.05);
  });
});
