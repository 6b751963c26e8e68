import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketIndex, bucketUpperBound } from './bucket-index.ts';
import { downscaleOtlp, downscalePrometheus, otlpIndex } from './downscale.ts';

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

describe('downscalePrometheus', () => {
  it('joins buckets 2i-1 and 2i', () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4].map((i) => downscalePrometheus(i, 1) + 0)).toEqual([
      -1, -1, 0, 0, 1, 1, 2, 2,
    ]);
  });

  it('is the rule ((i - 1) >> 1) + 1', () => {
    fc.assert(
      fc.property(index, (i) => {
        expect(downscalePrometheus(i, 1) + 0).toBe(((i - 1) >> 1) + 1);
      }),
    );
  });

  it('means the same buckets as in OTLP, one number higher', () => {
    fc.assert(
      fc.property(index, by, (i, lower) => {
        const joined = otlpIndex(downscalePrometheus(i, lower));
        expect(joined).toBe(downscaleOtlp(otlpIndex(i), lower));
      }),
    );
    expect(bucketUpperBound(otlpIndex(0), 3)).toBe(1);
  });
});
