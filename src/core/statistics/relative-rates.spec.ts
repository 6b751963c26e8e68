import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normal, poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import { relativeRates } from './relative-rates.ts';

/** Units whose true relative rates are log-normal with mean 1, and what was counted of them. */
function population(units: number, sigma: number, mean: number, seed: number) {
  const random = seededRandom(seed);
  const truth = Array.from({ length: units }, () =>
    Math.exp(sigma * normal(random) - (sigma * sigma) / 2),
  );
  const expected = truth.map((_, unit) => (2 * mean * (unit + 1)) / (units + 1));
  const observed = truth.map((rate, unit) => poisson(rate * (expected[unit] ?? 0), random));
  return { truth, expected, observed };
}

describe('relativeRates', () => {
  it('is the mean and the variance of a gamma distribution after its Poisson count', () => {
    const { relative, variance, spread } = relativeRates([6, 1, 3], [3, 3, 3], 1);
    const k = 1 / spread;
    const posterior = (x: number, e: number): readonly [number, number] => {
      let [mass, first, second] = [0, 0, 0];
      for (let rate = 0.0005; rate < 30; rate += 0.001) {
        const density = rate ** (k - 1 + x) * Math.exp(-(k + e) * rate);
        mass += density;
        first += rate * density;
        second += rate * rate * density;
      }
      return [first / mass, second / mass - (first / mass) ** 2];
    };
    for (const [unit, x] of [6, 1, 3].entries()) {
      const [mean, scatter] = posterior(x, 3);
      expect(relative[unit]).toBeCloseTo(mean, 3);
      expect(variance[unit]).toBeCloseTo(scatter, 3);
    }
  });

  it.each([
    [0.3, 1, 0.02],
    [1, 0.5, 0.6],
  ])('finds the spread of rates with sigma %d within a part of %d', (sigma, within, least) => {
    const { expected, observed } = population(2_000, sigma, 6, 5);
    const { spread } = relativeRates(observed, expected, 1);
    const truth = Math.exp(sigma * sigma) - 1;
    expect(Math.abs(spread / truth - 1)).toBeLessThan(within);
    expect(spread).toBeGreaterThan(least);
  });

  it('weighs each surprise by the inverse of its variance', () => {
    // Three rounds by hand, for a dispersion of 2.
    expect(relativeRates([6, 1, 0], [3, 3, 2], 2).spread).toBeCloseTo(0.568383031, 8);
  });

  it('takes equal units for equal, once they are known', () => {
    const { expected, observed } = population(500, 0, 20, 3);
    const { relative, spread } = relativeRates(observed, expected, 1);
    expect(spread).toBeLessThan(0.02);
    expect(Math.max(...relative.map((rate) => Math.abs(rate - 1)))).toBeLessThan(0.3);
  });

  it('errs by about as much as it says', () => {
    const { truth, expected, observed } = population(2_000, 0.7, 10, 11);
    const { relative, variance } = relativeRates(observed, expected, 1);
    const scores = truth.map((rate, unit) => {
      const error = rate - (relative[unit] ?? 0);
      return (error * error) / (variance[unit] ?? 1);
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    expect(mean).toBeGreaterThan(0.7);
    expect(mean).toBeLessThan(1.4);
  });

  it('never takes little knowledge for likeness: what nobody knows differs by 1', () => {
    const nothing = relativeRates([0, 0, 0], [0, 0, 0], 1);
    expect(nothing).toEqual({ relative: [1, 1, 1], variance: [1, 1, 1], spread: 1 });
    const little = relativeRates([1, 0, 0], [0.4, 0.3, 0.3], 1);
    expect(little.spread).toBeGreaterThan(0.5);
    expect(relativeRates([], [], 1).spread).toBe(1);
  });

  it('trusts counts that come in clusters less', () => {
    const alone = relativeRates([30, 10, 2, 4], [10, 10, 10, 10], 1);
    const clustered = relativeRates([30, 10, 2, 4], [10, 10, 10, 10], 4);
    expect(clustered.relative[0]).toBeLessThan(alone.relative[0] ?? 0);
    expect(clustered.variance[0]).toBeGreaterThan(alone.variance[0] ?? 0);
  });

  it('lies between 1 and what was counted', () => {
    const counts = fc.array(fc.tuple(fc.nat(50), fc.double({ min: 0.01, max: 50, noNaN: true })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(counts, fc.double({ min: 1, max: 5, noNaN: true }), (units, dispersion) => {
        const { relative, variance } = relativeRates(
          units.map(([x]) => x),
          units.map(([, e]) => e),
          dispersion,
        );
        for (const [unit, [x, e]] of units.entries()) {
          expect(relative[unit]).toBeGreaterThanOrEqual(Math.min(1, x / e) - 1e-9);
          expect(relative[unit]).toBeLessThanOrEqual(Math.max(1, x / e) + 1e-9);
          expect(variance[unit]).toBeGreaterThan(0);
        }
      }),
    );
  });
});
