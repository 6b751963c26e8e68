import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addCounts,
  bucketCounts,
  countAbove,
  filledBuckets,
  noCounts,
  totalCount,
  trimmed,
} from './bucket-counts.ts';
import { bucketUpperBound } from './bucket-index.ts';
import { type Buckets, mergeBuckets, recordDuration } from './exponential-histogram.ts';

const durations = fc.array(fc.double({ min: 1e-5, max: 100, noNaN: true }), { maxLength: 50 });

function recorded(seconds: readonly number[]): Buckets {
  const buckets: Record<string, number> = {};
  for (const duration of seconds) recordDuration(buckets, duration);
  return buckets;
}

describe('bucketCounts', () => {
  it('puts each count at its place, from the lowest bucket on', () => {
    expect(bucketCounts({ '2': 5, '-1': 3, '0': 1 })).toEqual({ offset: -1, counts: [3, 1, 0, 5] });
  });

  it('loses nothing: the sparse histogram comes back', () => {
    fc.assert(
      fc.property(durations, (seconds) => {
        expect(filledBuckets(bucketCounts(recorded(seconds)))).toEqual(recorded(seconds));
      }),
    );
  });

  it('is empty for buckets without a duration', () => {
    expect(bucketCounts({ '4': 0 })).toBe(noCounts);
    expect(filledBuckets(noCounts)).toEqual({});
  });
});

describe('addCounts', () => {
  it('is the histogram of all durations together', () => {
    fc.assert(
      fc.property(durations, durations, durations, (...parts) => {
        const sum = addCounts(...parts.map((part) => bucketCounts(recorded(part))));
        expect(filledBuckets(sum)).toEqual(mergeBuckets(...parts.map((part) => recorded(part))));
      }),
    );
  });

  it('changes none of its parts, and gives back the only one that holds something', () => {
    const part = bucketCounts({ '3': 1 });
    expect(addCounts(part, { offset: 3, counts: [2, 1] })).toEqual({ offset: 3, counts: [3, 1] });
    expect(part).toEqual({ offset: 3, counts: [1] });
    expect(addCounts(noCounts, part)).toBe(part);
    expect(addCounts()).toBe(noCounts);
  });
});

describe('trimmed', () => {
  it('leaves out empty buckets at the ends only', () => {
    expect(trimmed({ offset: -2, counts: [0, 4, 0, 1, 0] })).toEqual({
      offset: -1,
      counts: [4, 0, 1],
    });
    expect(trimmed({ offset: 7, counts: [0, 0] })).toBe(noCounts);
  });
});

describe('totalCount', () => {
  it('counts each duration once', () => {
    fc.assert(
      fc.property(durations, (seconds) => {
        expect(totalCount(bucketCounts(recorded(seconds)))).toBe(seconds.length);
      }),
    );
  });
});

describe('countAbove', () => {
  it('counts exactly what is longer than the boundary', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: -260, max: 110 }), (seconds, bucket) => {
        const longer = seconds.filter((duration) => duration > bucketUpperBound(bucket));
        expect(countAbove(bucketCounts(recorded(seconds)), bucket)).toBe(longer.length);
      }),
    );
  });

  it('does not count a duration that equals the boundary', () => {
    const one = bucketCounts(recorded([bucketUpperBound(7)]));
    expect(countAbove(one, 7)).toBe(0);
    expect(countAbove(one, 6)).toBe(1);
  });

  it('tells negative bucket numbers apart', () => {
    expect(countAbove(bucketCounts({ '-10': 4, '-2': 2, '3': 1 }), -5)).toBe(3);
  });
});
