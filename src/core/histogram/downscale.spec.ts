import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketIndex } from './bucket-index.ts';
import { downscaleOtlp } from './downscale.ts';

const index = fc.integer({ min: -5000, max: 5000 });
const by = fc.integer({ min: 0, max: 6 });

describe('downscaleOtlp', () => {
  it('joins buckets 2i and 2i+1, below zero too', () => {
    expect([-4, -3, -2, -1, 0, 1, 2, 3].map((i) => downscaleOtlp(i, 1))).toEqual([
      -2, -2, -1, -1, 0, 0, 1, 1,
    ]);
  });

  it('finds the bucket of the same duration at the lower scale', () => {
    const seconds = fc.double({ min: 1e-5, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(seconds, by, (duration, lower) => {
        const fine = bucketIndex(duration, 6);
        expect(downscaleOtlp(fine, lower)).toBe(bucketIndex(duration, 6 - lower));
      }),
    );
  });

  it('is the same in several steps as in one, and needs no 32 bits', () => {
    fc.assert(
      fc.property(index, by, by, (i, a, b) => {
        expect(downscaleOtlp(downscaleOtlp(i, a), b)).toBe(downscaleOtlp(i, a + b));
      }),
    );
    expect(downscaleOtlp(2 ** 40 + 1, 1)).toBe(2 ** 39);
  });
});
