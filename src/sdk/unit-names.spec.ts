import { describe, expect, it } from '@jest/globals';
import { UnitNames } from './unit-names.ts';

describe('UnitNames', () => {
  it('names the first units and folds the others into 64 buckets, for good', () => {
    const names = new UnitNames(2);
    expect(['a', 'b', 'a'].map((unit) => names.nameOf(unit))).toEqual(['a', 'b', 'a']);
    const folded = new Set(Array.from({ length: 5_000 }, (_, at) => names.nameOf(`t-${at}`)));
    expect(folded.size).toBe(64);
    for (const name of folded) expect(name).toMatch(/^~bucket-([0-9]|[1-5][0-9]|6[0-3])$/);
    expect(names.nameOf('t-1')).toBe(names.nameOf('t-1'));
    expect(names.nameOf('a')).toBe('a');
  });

  it('names ten thousand', () => {
    const names = new UnitNames();
    const named = Array.from({ length: 10_001 }, (_, at) => names.nameOf(`t-${at}`));
    expect(named.filter((name) => name.startsWith('~bucket-'))).toHaveLength(1);
  });

  it('does not send an id of absurd length over the wire', () => {
    expect(new UnitNames().nameOf('x'.repeat(201))).toMatch(/^~bucket-/);
  });

  it.each(['a\0b', 'half \uD800', '\uDC00 half'])(
    'puts %j into a bucket: no store takes it',
    (unit) => {
      expect(new UnitNames().nameOf(unit)).toMatch(/^~bucket-\d+$/);
    },
  );

  it('keeps whole pairs as they are', () => {
    expect(new UnitNames().nameOf('tenant 😀')).toBe('tenant 😀');
  });
});
