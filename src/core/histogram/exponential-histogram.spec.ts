import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketUpperBound } from './bucket-index.ts';
import {
  type Buckets,
  countAbove,
  mergeBuckets,
  recordDuration,
  totalCount,
} from './exponential-histogram.ts';

const durations = fc.array(fc.double({ min: 1e-5, max: 100, noNaN: true }), { maxLength: 50 });

function recorded(seconds: readonly number[]): Buckets {
  const buckets: Record<string, number> = {};
  for (const duration of seconds) recordDuration(buckets, duration);
  return buckets;
}

describe('recordDuration', () => {
  it('counts each duration once', () => {
    fc.assert(
      fc.property(durations, (seconds) => {
        expect(totalCount(recorded(seconds))).toBe(seconds.length);
      }),
    );
  });

  it('adds to the bucket that is there', () => {
    expect(recorded([1, 1, 2])).toEqual({ '-1': 2, '15': 1 });
  });
});

describe('mergeBuckets', () => {
  it('is the histogram of all durations together', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        expect(mergeBuckets(recorded(a), recorded(b))).toEqual(recorded([...a, ...b]));
      }),
    );
  });

  it('changes none of its parts', () => {
    const part = { '3': 1 };
    mergeBuckets(part, { '3': 2 });
    expect(part).toEqual({ '3': 1 });
  });

  it('is empty without parts', () => {
    expect(mergeBuckets()).toEqual({});
  });
});

describe('countAbove', () => {
  it('counts exactly what is longer than the boundary', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: -260, max: 110 }), (seconds, bucket) => {
        const longer = seconds.filter((duration) => duration > bucketUpperBound(bucket));
        expect(countAbove(recorded(seconds), bucket)).toBe(longer.length);
      }),
    );
  });

  it('does not count a duration that equals the boundary', () => {
    expect(countAbove(recorded([bucketUpperBound(7)]), 7)).toBe(0);
    expect(countAbove(recorded([bucketUpperBound(7)]), 6)).toBe(1);
  });

  it('tells negative bucket numbers apart', () => {
    expect(countAbove({ '-10': 4, '-2': 2, '3': 1 }, -5)).toBe(3);
  });
});
