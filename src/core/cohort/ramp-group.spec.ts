import { describe, expect, it } from '@jest/globals';
import { rampGroup, rampGroupEnds, rampGroups } from './ramp-group.ts';

const buckets = Array.from({ length: 100 }, (_, at) => at + 1);

describe('rampGroup', () => {
  it('gives every bucket one of ten groups, in order', () => {
    const groups = buckets.map((bucket) => rampGroup(bucket));
    expect(groups).toEqual(groups.toSorted((a, b) => a - b));
    expect(new Set(groups).size).toBe(10);
    expect(rampGroups).toBe(10);
  });

  it('ends a group where a usual share ends, so that a share takes in whole groups', () => {
    for (const share of [1, 5, 10, 25, 50, 75, 90, 95, 100]) {
      expect(rampGroupEnds).toContain(share);
      const inside = new Set(buckets.filter((bucket) => bucket <= share).map(rampGroup));
      const outside = buckets.filter((bucket) => bucket > share).map(rampGroup);
      expect(outside.filter((group) => inside.has(group))).toEqual([]);
    }
  });

  it('keeps what is beyond 100 in the last group', () => {
    expect(rampGroup(101)).toBe(9);
  });
});
