import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { murmur3 } from '../cohort/murmur3.ts';
import { normalizedBucket } from '../cohort/normalized-bucket.ts';
import { rampGroup } from '../cohort/ramp-group.ts';
import { unitBucket } from '../cohort/unit-bucket.ts';
import { bucketIndex } from '../histogram/bucket-index.ts';

interface Vectors {
  readonly murmur3: readonly { text: string; seed: number; hash: number }[];
  readonly buckets: readonly { groupId: string; unit: string; bucket: number; rampGroup: number }[];
  readonly sharedBuckets: readonly { unit: string; bucket: number }[];
  readonly durations: readonly { seconds: number; bucket: number }[];
}

const vectors = JSON.parse(readFileSync('docs/protocol/vectors.json', 'utf8')) as Vectors;

describe('the vectors that other languages are checked by', () => {
  it('hold for the hash', () => {
    const made = vectors.murmur3.map(({ text, seed }) => ({
      text,
      seed,
      hash: murmur3(text, seed),
    }));
    expect(made).toEqual(vectors.murmur3);
  });

  it('hold for the buckets of units and their ramp groups', () => {
    const made = vectors.buckets.map(({ groupId, unit }) => {
      const bucket = normalizedBucket(unit, groupId);
      return { groupId, unit, bucket, rampGroup: rampGroup(bucket) };
    });
    expect(made).toEqual(vectors.buckets);
  });

  it('hold for the buckets that units without a name share', () => {
    const made = vectors.sharedBuckets.map(({ unit }) => ({ unit, bucket: unitBucket(unit) }));
    expect(made).toEqual(vectors.sharedBuckets);
  });

  it('hold for the buckets of durations', () => {
    const made = vectors.durations.map(({ seconds }) => ({
      seconds,
      bucket: bucketIndex(seconds),
    }));
    expect(made).toEqual(vectors.durations);
  });

  it('leave no quarter of the buckets out, and name ids beyond ASCII', () => {
    const quarters = new Set(vectors.buckets.map(({ bucket }) => Math.ceil(bucket / 25)));
    expect(quarters.size).toBe(4);
    expect(vectors.buckets.some(({ unit }) => /[^ -~]/.test(unit))).toBe(true);
  });
});
