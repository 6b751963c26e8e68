import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countAbove } from './exponential-histogram.ts';
import { emptyTail, tailAbove, tailOf } from './tail.ts';

const histograms = fc.dictionary(
  fc.integer({ min: -60, max: 60 }).map(String),
  fc.integer({ min: 0, max: 9 }),
);

describe('tailAbove', () => {
  it('counts what countAbove counts, at every boundary', () => {
    fc.assert(
      fc.property(histograms, fc.integer({ min: -70, max: 70 }), (buckets, bucket) => {
        expect(tailAbove(tailOf(buckets), bucket)).toBe(countAbove(buckets, bucket));
      }),
    );
  });

  it('is nothing for an empty histogram', () => {
    expect(tailOf({ '3': 0 })).toBe(emptyTail);
    expect(tailAbove(emptyTail, -5)).toBe(0);
  });
});
