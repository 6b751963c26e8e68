import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rejectedByEBH } from './e-bh.ts';

const log = (values: readonly number[]): number[] => values.map((value) => Math.log(value));

describe('rejectedByEBH', () => {
  it('rejects the k largest for the greatest k that n / (k × level) allows', () => {
    expect(rejectedByEBH(log([1, 500, 3, 240, 90]), 0.02)).toEqual([1, 3, 4]);
    expect(rejectedByEBH(log([1, 500, 3, 240, 80]), 0.02)).toEqual([1, 3]);
    expect(rejectedByEBH(log([1, 120, 3, 240, 1]), 0.02)).toEqual([]);
  });

  it('lets the second help the first: two of 130 are enough where one of 249 is not', () => {
    expect(rejectedByEBH(log([130, 130, 1, 1, 1]), 0.02)).toEqual([0, 1]);
    expect(rejectedByEBH(log([249, 1, 1, 1, 1]), 0.02)).toEqual([]);
  });

  it('rejects what is just enough, and never what says nothing', () => {
    expect(rejectedByEBH([Math.log(1 / 0.5)], 0.5)).toEqual([0]);
    expect(rejectedByEBH([0, 5], 1)).toEqual([1]);
  });

  it('counts the hypotheses that are not listed', () => {
    expect(rejectedByEBH(log([600]), 0.01)).toEqual([0]);
    expect(rejectedByEBH(log([600]), 0.01, 10)).toEqual([]);
    expect(rejectedByEBH([], 0.01, 10)).toEqual([]);
  });

  it('is the greatest set of which every member has n / (size × level)', () => {
    const values = fc.array(fc.double({ min: 0, max: 3000, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(values, (evidence) => {
        const chosen = rejectedByEBH(log(evidence), 0.01);
        const supports = (size: number): boolean =>
          evidence.filter((e) => Math.log(e) >= Math.log(evidence.length / (size * 0.01))).length >=
          size;
        const sizes = evidence.map((_, index) => index + 1).filter(supports);
        expect(chosen).toHaveLength(Math.max(0, ...sizes));
      }),
    );
  });
});
