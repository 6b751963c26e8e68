import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Buckets, mergeBuckets, recordDuration } from './exponential-histogram.ts';

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
        const counts = Object.values(recorded(seconds));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(seconds.length);
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

  it('is the very part where no other holds a duration', () => {
    const part = { '3': 1 };
    expect(mergeBuckets({}, part, {})).toBe(part);
  });

  it('is empty without parts', () => {
    expect(mergeBuckets()).toEqual({});
  });
});
