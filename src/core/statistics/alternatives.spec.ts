import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  belowRates,
  belowWeights,
  harmOdds,
  harmOddsWeights,
  harmRates,
  harmWeights,
  notWorseOdds,
  notWorseOddsWeights,
  notWorseRates,
  notWorseWeights,
} from './alternatives.ts';
import { toleratedRate } from './two-streams.ts';

const rate = fc.double({ min: 1e-6, max: 0.999, noNaN: true });

describe('weights', () => {
  it.each([
    ['harm', harmWeights, harmRates(0.1)],
    ['harm by odds', harmOddsWeights, harmOdds(0.1)],
    ['not worse', notWorseWeights, notWorseRates(0.1, { ratio: 1, add: 0.1 })],
    ['not worse by odds', notWorseOddsWeights, notWorseOdds(0.1)],
    ['below', belowWeights, belowRates(0.1)],
  ])('of %s sum to 1, one for each rate', (_, weights, rates) => {
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights).toHaveLength(rates.length);
  });
});

describe('rates', () => {
  it('of harm rise from above the border and stay below 1', () => {
    expect(harmRates(0.02)).toEqual([0.024, 0.032, 0.05, 0.1, 0.3, 0.9]);
    fc.assert(
      fc.property(rate, (border) => harmRates(border).every((bet) => bet > 0 && bet <= 0.9)),
    );
  });

  it('of harm by odds lie above the border and below 1', () => {
    fc.assert(
      fc.property(rate, (border) => harmOdds(border).every((bet) => bet > border && bet < 1)),
    );
  });

  it('of "not worse" by odds mirror those of harm', () => {
    fc.assert(
      fc.property(rate, (border) => {
        const mirrored = harmOdds(1 - border).map((bet) => 1 - bet);
        for (const [k, bet] of notWorseOdds(border).entries()) {
          expect(bet).toBeCloseTo(mirrored[k] ?? Number.NaN, 9);
          expect(bet).toBeLessThan(border);
        }
      }),
    );
  });

  it('of "not worse" lie below the border when anything is tolerated', () => {
    const margin = { ratio: 1.1, add: 0.0005 };
    fc.assert(
      fc.property(rate, (old) =>
        notWorseRates(old, margin).every((bet) => bet < toleratedRate(old, margin)),
      ),
    );
  });
});
