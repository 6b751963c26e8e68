import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BucketLayout,
  commonLayout,
  convertBuckets,
  convertCounts,
  isSameLayout,
  layoutName,
  ownLayout,
  upperBound,
} from './bucket-layout.ts';
import { bucketIndex } from './bucket-index.ts';
import { bucketCounts, countAbove, totalCount } from './bucket-counts.ts';

const explicit = (...bounds: number[]): BucketLayout => ({ kind: 'explicit', bounds });
const milliseconds = (scale: number): BucketLayout => ({
  kind: 'exponential',
  scale,
  perSecond: 1000,
});
const exponential = (scale: number): BucketLayout => ({ kind: 'exponential', scale });
const seconds = fc.array(fc.double({ min: 1e-4, max: 60, noNaN: true }), { maxLength: 40 });

function counted(durations: readonly number[], layout: BucketLayout): Record<string, number> {
  const buckets: Record<string, number> = {};
  for (const duration of durations) {
    const bucket =
      layout.kind === 'exponential'
        ? bucketIndex(duration, layout.scale)
        : layout.bounds.filter((bound) => bound < duration).length;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  return buckets;
}

describe('upperBound', () => {
  it('is 2^((i+1)/2^s) for exponential buckets, the bound for explicit ones', () => {
    expect(upperBound(ownLayout, 15)).toBe(2);
    expect(upperBound(exponential(0), 2)).toBe(8);
    expect(upperBound(explicit(0.1, 0.5), 1)).toBe(0.5);
    expect(upperBound(explicit(0.1, 0.5), 2)).toBe(Infinity);
    expect(upperBound(milliseconds(0), 9)).toBe(1.024);
  });
});

describe('layoutName', () => {
  it('differs where layouts do', () => {
    const all = [exponential(4), exponential(3), milliseconds(4), explicit(4), explicit(4, 5)];
    expect(all.map(layoutName)).toEqual([...new Set(all.map(layoutName))]);
    expect(layoutName(explicit(4, 5))).toBe(layoutName(explicit(4, 5)));
  });
});

describe('commonLayout', () => {
  it('is the lower scale, or the bounds that both have', () => {
    expect(commonLayout(exponential(4), exponential(2))).toEqual(exponential(2));
    expect(commonLayout(exponential(1), exponential(3))).toEqual(exponential(1));
    expect(commonLayout(milliseconds(1), milliseconds(3))).toEqual(milliseconds(1));
    expect(commonLayout(explicit(0.1, 0.2, 0.5), explicit(0.1, 0.3, 0.5))).toEqual(
      explicit(0.1, 0.5),
    );
  });

  it('is none where nothing is shared', () => {
    expect(commonLayout(exponential(4), explicit(1))).toBeNull();
    expect(commonLayout(explicit(1), exponential(4))).toBeNull();
    expect(commonLayout(explicit(0.1), explicit(0.2))).toBeNull();
    expect(commonLayout(exponential(4), milliseconds(4))).toBeNull();
  });

  it('is the layout itself for two of the same', () => {
    expect(isSameLayout(explicit(1, 2), explicit(1, 2))).toBe(true);
    expect(isSameLayout(explicit(1, 2), explicit(1, 3))).toBe(false);
    expect(isSameLayout(exponential(4), explicit(1))).toBe(false);
    expect(isSameLayout(exponential(4), exponential(3))).toBe(false);
    expect(isSameLayout(exponential(4), milliseconds(4))).toBe(false);
    expect(commonLayout(ownLayout, exponential(4))).toBe(ownLayout);
  });
});

describe('convertBuckets', () => {
  it('leaves buckets alone that mean the same already', () => {
    const [buckets, counts] = [{ '3': 1 }, bucketCounts({ '3': 1 })];
    expect(convertBuckets(buckets, ownLayout, exponential(4))).toBe(buckets);
    expect(convertCounts(counts, ownLayout, exponential(4))).toBe(counts);
  });

  it('gives what counting at the lower scale would have given', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: -2, max: 4 }), (durations, scale) => {
        const fine = counted(durations, ownLayout);
        const coarse = convertBuckets(fine, ownLayout, exponential(scale));
        expect(coarse).toEqual(counted(durations, exponential(scale)));
      }),
    );
  });

  it('gives what counting by fewer bounds would have given', () => {
    const fine = explicit(0.01, 0.1, 0.5, 1, 5);
    const coarse = explicit(0.1, 5);
    fc.assert(
      fc.property(seconds, (durations) => {
        const sparse = counted(durations, fine);
        expect(convertBuckets(sparse, fine, coarse)).toEqual(counted(durations, coarse));
        const converted = convertCounts(bucketCounts(sparse), fine, coarse);
        expect(totalCount(converted)).toBe(durations.length);
        expect(countAbove(converted, 0)).toBe(durations.filter((each) => each > 0.1).length);
      }),
    );
  });
});
