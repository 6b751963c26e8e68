import { describe, expect, it } from '@jest/globals';
import { addCounts, type BucketCounts, noCounts } from './bucket-counts.ts';
import { CountsSum } from './counts-sum.ts';

describe('a sum that grows in its place', () => {
  const histograms: readonly BucketCounts[] = [
    { offset: 5, counts: [1, 0, 2] },
    noCounts,
    { offset: -3, counts: [4] },
    { offset: 6, counts: [7, 7, 7, 7] },
    { offset: 5, counts: [1] },
  ];

  it('is the sum, whatever comes first, and changes nothing that was added', () => {
    for (let first = 0; first < histograms.length; first += 1) {
      const turned = [...histograms.slice(first), ...histograms.slice(0, first)];
      const before = JSON.stringify(turned);
      const sum = new CountsSum(turned[0] ?? noCounts);
      const alone = sum.counts;
      for (const one of turned.slice(1)) sum.add(one);
      expect(alone).toEqual(turned[0]);
      expect(sum.counts).toEqual(addCounts(...histograms));
      expect(JSON.stringify(turned)).toBe(before);
    }
  });
});
