import { describe, expect, it } from '@jest/globals';
import { badRows, leastBad, toleratedIn } from './bad-minute.ts';

describe('a bad minute', () => {
  it('has a failure where hardly one is explained, and many where points are tolerated', () => {
    expect(leastBad(10, 0.001)).toBe(1);
    expect(leastBad(600, 0.001)).toBe(3);
    expect(leastBad(600, 0.021)).toBe(22);
    expect(leastBad(0, 0.021)).toBe(1);
  });

  it('is told row by row; without a failure it is none', () => {
    const columns = { requests: [600, 600, 10, 0], failed: [21, 22, 0, 1] };
    expect(badRows(columns, 0.021)).toEqual([0, 1, 0, 1]);
  });
});

describe('toleratedIn', () => {
  const tolerate = { ratio: 2, add: 0.01 };

  it('is beyond what was usual, or what the old side does now', () => {
    const calm = { requests: [100, 100], failed: [0, 0] };
    expect(toleratedIn(calm, 0.001, tolerate)).toBeCloseTo(0.012, 12);
    const struck = { requests: [100, 100], failed: [10, 10] };
    expect(toleratedIn(struck, 0.001, tolerate)).toBeCloseTo(0.21, 12);
    expect(toleratedIn({ requests: [], failed: [] }, 0, tolerate)).toBe(0.01);
  });
});
