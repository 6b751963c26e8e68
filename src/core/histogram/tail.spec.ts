import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketCounts, countAbove, noCounts } from './bucket-counts.ts';
import { tailAbove, tailOf } from './tail.ts';

const histograms = fc.dictionary(
  fc.integer({ min: -60, max: 60 }).map(String),
  fc.integer({ min: 0, max: 9 }),
);

describe('tailAbove', () => {
  it('counts what countAbove counts, at every boundary', () => {
    fc.assert(
      fc.property(histograms, fc.integer({ min: -70, max: 70 }), (buckets, bucket) => {
        const counts = bucketCounts(buckets);
        expect(tailAbove(tailOf(counts), bucket)).toBe(countAbove(counts, bucket));
      }),
    );
  });

  it('is nothing for an empty histogram', () => {
    expect(tailOf(noCounts).total).toBe(0);
    expect(tailAbove(tailOf(noCounts), -5)).toBe(0);
  });
});
