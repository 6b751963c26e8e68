import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketIndex, bucketUpperBound } from './bucket-index.ts';

describe('bucketIndex', () => {
  it.each([
    [1, -1],
    [1.0001, 0],
    [2, 15],
    [0.5, -17],
    [0.04, -75],
  ])('puts %f s into bucket %i', (seconds, index) => {
    expect(bucketIndex(seconds)).toBe(index);
  });

  it('puts every duration between the bounds of its bucket', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e4, noNaN: true }), (seconds) => {
        const index = bucketIndex(seconds);
        expect(seconds).toBeLessThanOrEqual(bucketUpperBound(index));
        expect(seconds === 1e-6 || seconds > bucketUpperBound(index - 1)).toBe(true);
      }),
    );
  });

  it('counts an upper bound to its own bucket', () => {
    for (let index = -300; index < 200; index += 1) {
      expect(bucketIndex(bucketUpperBound(index))).toBe(index);
    }
  });

  it.each([0, -1, Number.NaN, 1e-9])('counts %f s as a microsecond', (seconds) => {
    expect(bucketIndex(seconds)).toBe(bucketIndex(1e-6));
  });
});
