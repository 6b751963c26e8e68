import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOnItsSide, toleratedRate } from './two-streams.ts';

const rate = fc.double({ min: 0, max: 1, noNaN: true });
const margin = fc.record({
  ratio: fc.double({ min: 1, max: 3, noNaN: true }),
  add: fc.double({ min: 0, max: 0.1, noNaN: true }),
});

describe('toleratedRate', () => {
  it('adds points to a multiple: 1.1 × 1 % + 0.05 points', () => {
    expect(toleratedRate(0.01, { ratio: 1.1, add: 0.0005 })).toBeCloseTo(0.0115, 12);
  });

  it('never tolerates less than the old rate', () => {
    fc.assert(fc.property(rate, margin, (old, m) => toleratedRate(old, m) >= old));
  });
});

describe('isOnItsSide', () => {
  it('never lets the same bet be for harm and for "not worse"', () => {
    fc.assert(
      fc.property(rate, rate, margin, (newRate, oldRate, m) => {
        const bet = { newRate, oldRate };
        return !(isOnItsSide(bet, m, 'harm') && isOnItsSide(bet, m, 'notWorse'));
      }),
    );
  });

  it('has neither on the border', () => {
    const bet = { newRate: 0.5, oldRate: 0.25 };
    expect(isOnItsSide(bet, { ratio: 2, add: 0 }, 'harm')).toBe(false);
    expect(isOnItsSide(bet, { ratio: 2, add: 0 }, 'notWorse')).toBe(false);
  });
});
