import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectationOfE } from '../../../test/support/exact-expectation.ts';
import { itBetsFairly, totals } from '../../../test/support/fair-bets.ts';
import { logPoissonE, projectPoisson } from './poisson-e-variable.ts';
import { type Direction, type Margin, toleratedRate } from './two-streams.ts';

const margins: fc.Arbitrary<Margin> = fc.record({
  ratio: fc.double({ min: 1, max: 2, noNaN: true }),
  add: fc.constantFrom(0, 0.0005, 0.02, 0.1),
});
const rate = fc.double({ min: 0.001, max: 0.4, noNaN: true });

/** Weighted divergence of two Poisson streams along the border. */
function divergence(
  a: number,
  b: number,
  n1: number,
  n0: number,
  margin: Margin,
): (q: number) => number {
  const one = (u: number, v: number): number => u * Math.log(u / v) - u + v;
  return (q) => n1 * one(a, margin.ratio * q + margin.add) + n0 * one(b, q);
}

describe('projectPoisson', () => {
  it('finds the nearest point of the border', () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        totals,
        margins,
        (newRate, oldRate, { newTotal, oldTotal }, margin) => {
          const found = projectPoisson({ newRate, oldRate }, newTotal, oldTotal, margin);
          expect(found.newRate).toBeCloseTo(toleratedRate(found.oldRate, margin), 12);
          const away = divergence(newRate, oldRate, newTotal, oldTotal, margin);
          const here = away(found.oldRate);
          for (const factor of [0.5, 0.9, 0.999, 1.001, 1.1, 2]) {
            expect(away(found.oldRate * factor)).toBeGreaterThanOrEqual(here - 1e-12);
          }
        },
      ),
    );
  });

  it('pools the two streams where nothing is added', () => {
    const found = projectPoisson({ newRate: 0.3, oldRate: 0.1 }, 30, 90, { ratio: 1, add: 0 });
    expect(found.oldRate).toBeCloseTo((30 * 0.3 + 90 * 0.1) / 120, 14);
  });

  it('keeps its digits when the old side has hardly any errors', () => {
    const bet = { newRate: 0.05, oldRate: 1e-18 };
    const found = projectPoisson(bet, 45, 135, { ratio: 1.1, add: 0.02 });
    const balanced = (135 * bet.oldRate) / (135 + 45 * 1.1 * (1 - bet.newRate / found.newRate));
    expect(found.oldRate / balanced).toBeCloseTo(1, 9);
  });
});

describe('logPoissonE', () => {
  itBetsFairly(logPoissonE, { rate, margins });

  it('expects more than 1 where the bet is right', () => {
    const bet = { newRate: 0.3, oldRate: 0.05 };
    const mean = expectationOfE({ newTotal: 20, oldTotal: 20 }, bet, (seen) =>
      logPoissonE(seen, bet, { ratio: 1.1, add: 0 }, 'harm'),
    );
    expect(mean).toBeGreaterThan(2);
  });

  it('is the likelihood ratio of the split where nothing is added', () => {
    const counts = { newTotal: 40, newBad: 7, oldTotal: 160, oldBad: 5 };
    const bet = { newRate: 0.15, oldRate: 0.03 };
    const odds = (a: number, b: number): number => (40 * a) / (40 * a + 160 * b);
    const [bold, fair] = [odds(0.15, 0.03), odds(1.2, 1)];
    const split = 7 * Math.log(bold / fair) + 5 * Math.log((1 - bold) / (1 - fair));
    expect(logPoissonE(counts, bet, { ratio: 1.2, add: 0 }, 'harm')).toBeCloseTo(split, 10);
  });

  it('rises with failures of the new side and falls with those of the old', () => {
    const bet = { newRate: 0.1, oldRate: 0.01 };
    const at = (newBad: number, oldBad: number): number =>
      logPoissonE(
        { newTotal: 100, newBad, oldTotal: 300, oldBad },
        bet,
        { ratio: 1.1, add: 0.02 },
        'harm',
      );
    expect(at(6, 2)).toBeGreaterThan(at(5, 2));
    expect(at(5, 3)).toBeLessThan(at(5, 2));
  });

  it('maps harm to "not worse" when the sides are swapped and nothing is tolerated', () => {
    const swapped = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(20), rate, rate);
    fc.assert(
      fc.property(swapped, ([n1, x1, n0, x0, a, b]) => {
        const diagonal = { ratio: 1, add: 0 };
        const harm = logPoissonE(
          { newTotal: n1, newBad: x1, oldTotal: n0, oldBad: x0 },
          { newRate: a, oldRate: b },
          diagonal,
          'harm',
        );
        const mirrored = logPoissonE(
          { newTotal: n0, newBad: x0, oldTotal: n1, oldBad: x1 },
          { newRate: b, oldRate: a },
          diagonal,
          'notWorse',
        );
        expect(mirrored).toBeCloseTo(harm, 9);
      }),
    );
  });

  it('does not care how a tick is cut when both sides are cut alike', () => {
    const bet = { newRate: 0.1, oldRate: 0.01 };
    const margin = { ratio: 1.1, add: 0.02 };
    const whole = { newTotal: 90, newBad: 7, oldTotal: 270, oldBad: 3 };
    const parts = [
      { newTotal: 30, newBad: 6, oldTotal: 90, oldBad: 0 },
      { newTotal: 60, newBad: 1, oldTotal: 180, oldBad: 3 },
    ];
    const sum = parts.reduce((log, part) => log + logPoissonE(part, bet, margin, 'harm'), 0);
    expect(sum).toBeCloseTo(logPoissonE(whole, bet, margin, 'harm'), 10);
  });

  it.each<[string, Direction, number, number]>([
    ['without new-side traffic', 'harm', 0, 10],
    ['without old-side traffic', 'harm', 10, 0],
    ['on the wrong side for "not worse"', 'notWorse', 10, 10],
  ])('says nothing %s', (_, direction, newTotal, oldTotal) => {
    const counts = { newTotal, newBad: 0, oldTotal, oldBad: 0 };
    const bet = { newRate: 0.5, oldRate: 0.01 };
    expect(logPoissonE(counts, bet, { ratio: 1, add: 0 }, direction)).toBe(0);
  });
});
