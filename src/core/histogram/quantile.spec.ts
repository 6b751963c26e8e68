import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketIndex, bucketUpperBound } from './bucket-index.ts';
import { type BucketCounts, bucketCounts } from './bucket-counts.ts';
import { recordDuration } from './exponential-histogram.ts';
import { quantile, quantileBucket, quantilePlace } from './quantile.ts';

const seconds = fc.array(fc.double({ min: 1e-5, max: 100, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
});
const part = fc.constantFrom(0.01, 0.5, 0.9, 0.99);

function recorded(durations: readonly number[]): BucketCounts {
  const buckets: Record<string, number> = {};
  for (const duration of durations) recordDuration(buckets, duration);
  return bucketCounts(buckets);
}

describe('quantileBucket', () => {
  it('is the bucket of the duration at that rank', () => {
    fc.assert(
      fc.property(seconds, part, (durations, q) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const rank = Math.max(0, Math.ceil(q * sorted.length) - 1);
        expect(quantileBucket(recorded(durations), q)).toBe(bucketIndex(sorted[rank] ?? 0));
      }),
    );
  });

  it('leaves at most the rest of the durations above its boundary', () => {
    fc.assert(
      fc.property(seconds, part, (durations, q) => {
        const boundary = bucketUpperBound(quantileBucket(recorded(durations), q) ?? Number.NaN);
        const above = durations.filter((duration) => duration > boundary).length;
        expect(above).toBeLessThanOrEqual((1 - q) * durations.length + 1e-9);
      }),
    );
  });

  it('passes over empty buckets', () => {
    expect(quantileBucket(bucketCounts({ '1': 0, '4': 2, '9': 0 }), 0.5)).toBe(4);
  });

  it('is null for an empty histogram', () => {
    expect(quantileBucket(bucketCounts({}), 0.5)).toBeNull();
    expect(quantile(bucketCounts({}), 0.5)).toBeNull();
  });
});

describe('quantile', () => {
  it('is never more than one bucket from the true one', () => {
    fc.assert(
      fc.property(seconds, part, (durations, q) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const truth = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
        const shown = quantile(recorded(durations), q) ?? 0;
        expect(Math.abs(Math.log2(shown / truth))).toBeLessThanOrEqual(1 / 16 + 1e-9);
      }),
    );
  });

  it('halves a bucket on the logarithm', () => {
    expect(quantile(bucketCounts({ '16': 10 }), 0.5)).toBeCloseTo(2 ** (16.5 / 16), 12);
  });

  it('follows the layout: other scales, and bounds', () => {
    expect(quantile(bucketCounts({ '2': 10 }), 0.5, { kind: 'exponential', scale: 0 })).toBeCloseTo(
      2 ** 2.5,
      12,
    );
    const milliseconds = { kind: 'exponential', scale: 0, perSecond: 1000 } as const;
    expect(quantile(bucketCounts({ '2': 10 }), 1, milliseconds)).toBeCloseTo(0.008, 12);
    const layout = { kind: 'explicit', bounds: [0.1, 0.3] } as const;
    expect(quantile(bucketCounts({ '0': 10 }), 0.5, layout)).toBeCloseTo(0.05, 12);
    expect(quantile(bucketCounts({ '1': 10 }), 0.25, layout)).toBeCloseTo(0.15, 12);
    expect(quantile(bucketCounts({ '2': 10 }), 0.5, layout)).toBe(0.3);
  });
});

describe('quantilePlace', () => {
  it('tells how far into which bucket', () => {
    expect(quantilePlace(bucketCounts({ '7': 4 }), 0.25)).toBe(7.25);
    expect(quantilePlace(bucketCounts({}), 0.25)).toBeNull();
  });
});
