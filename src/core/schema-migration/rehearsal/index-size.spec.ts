import { describe, expect, it } from '@jest/globals';
import { relativeSize } from './index-size.ts';

const key = { table: 'users', distinct: -1, width: 8 };

describe('the size of an index, as far as it follows from its keys', () => {
  it('grows with the rows where no key comes twice', () => {
    expect(relativeSize(key, 100_000, 1)).toBe(2_000_000);
    expect(relativeSize(key, 100_000, 0.25)).toBeCloseTo(500_000, 5);
  });

  it('grows by addresses alone once most keys are there', () => {
    const often = { ...key, distinct: 100 };
    const [half, whole] = [0.5, 1].map((part) => relativeSize(often, 100_000, part));
    expect((whole ?? 0) - (half ?? 0)).toBeCloseTo(50_000 * 6, 0);
  });

  it('lies between the two where a sample holds a part of the keys', () => {
    const ratio =
      relativeSize({ ...key, distinct: 20_000 }, 100_000, 1) /
      relativeSize({ ...key, distinct: 20_000 }, 100_000, 0.02);
    expect(ratio).toBeGreaterThan(10);
    expect(ratio).toBeLessThan(40);
  });

  it('never has more keys than rows', () => {
    expect(relativeSize({ ...key, distinct: 1e9 }, 1_000, 1)).toBe(20_000);
    expect(relativeSize({ ...key, distinct: 0 }, 1_000, 1)).toBeCloseTo(20 + 999 * 6);
  });
});
