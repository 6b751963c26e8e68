import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketUpperBound } from './bucket-index.ts';
import { type BucketLayout, ownLayout } from './bucket-layout.ts';
import { latencyLimit, type Slack, twiceAsLong } from './latency-limit.ts';

const buckets = fc.integer({ min: -200, max: 60 });
const slacks = fc.record({
  part: fc.double({ min: 0, max: 5, noNaN: true }),
  atLeastMs: fc.double({ min: 0, max: 500, noNaN: true }),
});

function limitBucket(oldBucket: number, slack: Slack): number {
  return latencyLimit(ownLayout, oldBucket, slack).bucket;
}

describe('latencyLimit', () => {
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

  it('asks for nothing but the limit where buckets are exponential', () => {
    expect(latencyLimit(ownLayout, 10, { part: 0.2, atLeastMs: 0 }).ratio).toBe(1);
    const coarse: BucketLayout = { kind: 'exponential', scale: 1 };
    expect(latencyLimit(coarse, 3, { part: 1.1, atLeastMs: 0 })).toEqual({ bucket: 5, ratio: 1 });
  });
});

describe('latencyLimit in explicit buckets', () => {
  const layout: BucketLayout = { kind: 'explicit', bounds: [0.1, 0.2, 0.25, 1] };

  it('takes the highest bound within the slack', () => {
    expect(latencyLimit(layout, 0, { part: 1, atLeastMs: 0 })).toEqual({ bucket: 1, ratio: 1 });
    expect(latencyLimit(layout, 0, { part: 0, atLeastMs: 160 })).toEqual({ bucket: 2, ratio: 1 });
  });

  it('keeps the bound and tolerates a quarter more where none lies within it', () => {
    expect(latencyLimit(layout, 0, { part: 0.5, atLeastMs: 0 })).toEqual({
      bucket: 0,
      ratio: 1.25,
    });
    expect(latencyLimit(layout, 3, { part: 5, atLeastMs: 0 })).toEqual({ bucket: 3, ratio: 1.25 });
  });
});

describe('a limit in exponential buckets of milliseconds', () => {
  it('is the highest of their bounds within the slack, which is in seconds', () => {
    const layout: BucketLayout = { kind: 'exponential', scale: 0, perSecond: 1000 };
    // On top of 64 ms, to 300 ms and to 600 ms: the highest bounds below are 256 ms and 512 ms.
    expect(latencyLimit(layout, 5, { part: 0, atLeastMs: 236 })).toEqual({ bucket: 7, ratio: 1 });
    expect(latencyLimit(layout, 5, { part: 0, atLeastMs: 536 })).toEqual({ bucket: 8, ratio: 1 });
  });
});

describe('twiceAsLong', () => {
  it('is one doubling up, whatever the scale', () => {
    expect(twiceAsLong(ownLayout, -20)).toBe(-4);
    expect(twiceAsLong({ kind: 'exponential', scale: 0 }, 3)).toBe(4);
    expect(twiceAsLong({ kind: 'exponential', scale: -1 }, 3)).toBe(4);
  });

  it('is the first bound that is at least twice as high, or beyond all of them', () => {
    const layout: BucketLayout = { kind: 'explicit', bounds: [0.1, 0.15, 0.2, 1] };
    expect(twiceAsLong(layout, 0)).toBe(2);
    expect(twiceAsLong(layout, 1)).toBe(3);
    expect(twiceAsLong(layout, 3)).toBe(4);
  });
});
