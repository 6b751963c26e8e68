import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  normalizedStrategyValue,
  normalizedVariantValue,
} from 'unleash-client/lib/strategy/util.js';
import { normalizedBucket } from './normalized-bucket.ts';

const variantSeed = 86_028_157;
const text = fc.oneof(fc.uuid(), fc.string(), fc.string({ unit: 'binary' }));

describe('normalizedBucket', () => {
  it('gives the vectors of the client specification', () => {
    expect(normalizedBucket('123', 'gr1')).toBe(73);
    expect(normalizedBucket('999', 'groupX')).toBe(25);
    expect(normalizedBucket('123', 'gr1', 100, variantSeed)).toBe(96);
    expect(normalizedBucket('999', 'groupX', 100, variantSeed)).toBe(60);
  });

  it('equals the Node client of Unleash for every id and group, non-ASCII ones included', () => {
    fc.assert(
      fc.property(text, text, (id, group) => {
        expect(normalizedBucket(id, group)).toBe(normalizedStrategyValue(id, group));
        expect(normalizedBucket(id, group, 1000, variantSeed)).toBe(
          normalizedVariantValue(id, group, 1000),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('spreads tenants evenly: each of 10 buckets holds 9 to 11 percent of 20,000', () => {
    const counts = new Map<number, number>();
    for (let tenant = 0; tenant < 20_000; tenant += 1) {
      const bucket = normalizedBucket(`tenant-${tenant}`, 'users-birthdate', 10);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(1_800);
      expect(count).toBeLessThan(2_200);
    }
  });
});
