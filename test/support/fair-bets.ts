import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Direction,
  type Margin,
  type RatePair,
  toleratedRate,
  type TwoStreams,
} from '../../src/core/statistics/two-streams.ts';
import { expectationOfE } from './exact-expectation.ts';

/** What an e-variable is tried with. */
export interface Trial {
  readonly rate: fc.Arbitrary<number>;
  readonly margins: fc.Arbitrary<Margin>;
}

/** Operations of both sides, few enough to go through every outcome. */
export const totals = fc.record({
  newTotal: fc.integer({ min: 1, max: 20 }),
  oldTotal: fc.integer({ min: 1, max: 20 }),
});

/** Whatever the bet, whatever the truth inside the null: the expectation over all outcomes is at most 1. */
export function itBetsFairly(
  logE: (counts: TwoStreams, bet: RatePair, margin: Margin, direction: Direction) => number,
  { rate, margins }: Trial,
): void {
  const part = fc.double({ min: 0, max: 1, noNaN: true });

  it('expects at most 1 of harm while the new side is within its tolerance', () => {
    fc.assert(
      fc.property(rate, rate, totals, margins, part, (...drawn) => {
        const [newRate, oldRate, counts, margin, within] = drawn;
        const bet = { newRate, oldRate: oldRate / 2 };
        const truth = { newRate: within * Math.min(1, toleratedRate(oldRate, margin)), oldRate };
        const mean = expectationOfE(counts, truth, (seen) => logE(seen, bet, margin, 'harm'));
        expect(mean).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('expects at most 1 of "not worse" while the new side is worse than tolerated', () => {
    fc.assert(
      fc.property(rate, rate, totals, margins, part, (...drawn) => {
        const [newRate, drawnOld, counts, margin, beyond] = drawn;
        const oldRate = Math.min(drawnOld, (1 - margin.add) / margin.ratio);
        const border = toleratedRate(oldRate, margin);
        const bet = { newRate: newRate / 2, oldRate };
        const truth = { newRate: border + beyond * (1 - border), oldRate };
        const mean = expectationOfE(counts, truth, (seen) => logE(seen, bet, margin, 'notWorse'));
        expect(mean).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 200 },
    );
  });
}
