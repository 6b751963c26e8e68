import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketUpperBound } from './bucket-index.ts';
import { limitBucket } from './latency-limit.ts';

const buckets = fc.integer({ min: -200, max: 60 });
const slacks = fc.record({
  part: fc.double({ min: 0, max: 5, noNaN: true }),
  atLeastMs: fc.double({ min: 0, max: 500, noNaN: true }),
});

describe('limitBucket', () => {
  it('is the highest boundary that is still tolerated, at least one bucket up', () => {
    fc.assert(
      fc.property(buckets, slacks, (oldBucket, slack) => {
        const old = bucketUpperBound(oldBucket);
        const tolerated = Math.max(old * (1 + slack.part), old + slack.atLeastMs / 1000);
        const limit = limitBucket(oldBucket, slack);
        expect(limit).toBeGreaterThan(oldBucket);
        const highest = Math.max(tolerated, bucketUpperBound(oldBucket + 1));
        expect(bucketUpperBound(limit)).toBeLessThanOrEqual(highest);
        expect(bucketUpperBound(limit + 1)).toBeGreaterThan(tolerated);
      }),
    );
  });

  it('never falls when more is tolerated', () => {
    fc.assert(
      fc.property(buckets, slacks, slacks, (oldBucket, a, b) => {
        const more = {
          part: Math.max(a.part, b.part),
          atLeastMs: Math.max(a.atLeastMs, b.atLeastMs),
        };
        expect(limitBucket(oldBucket, more)).toBeGreaterThanOrEqual(limitBucket(oldBucket, a));
      }),
    );
  });

  it('doubles over sixteen buckets', () => {
    expect(limitBucket(-100, { part: 1, atLeastMs: 0 })).toBe(-84);
  });

  it('takes the milliseconds where they are more: 3 ms and 5 ms are 8 ms', () => {
    const oldBucket = -134;
    const limit = bucketUpperBound(limitBucket(oldBucket, { part: 0.5, atLeastMs: 5 }));
    const old = bucketUpperBound(oldBucket);
    expect(old).toBeCloseTo(0.003, 3);
    expect(limit).toBeLessThanOrEqual(old + 0.005);
    expect(limit).toBeGreaterThan((old + 0.005) / 1.0443);
  });

  it('leaves one bucket where nothing is tolerated, so that proof is possible', () => {
    expect(limitBucket(10, { part: 0, atLeastMs: 0 })).toBe(11);
  });
});
