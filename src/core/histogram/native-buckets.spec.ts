import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketIndex } from './bucket-index.ts';
import {
  boundsBetween,
  boundsOf,
  explicitBuckets,
  exponentialBuckets,
  type NativeBucket,
  nativeScale,
  zeroFloor,
} from './native-buckets.ts';

/** Bucket `index` of a schema by the indexing of Prometheus, with bounds as rounded as a float is. */
function native(schema: number, index: number, count = 1): NativeBucket {
  const bound = (at: number): number => 2 ** (at / 2 ** schema);
  return { left: bound(index - 1), right: bound(index), count };
}

const zero = (threshold: number, count = 1): NativeBucket => ({
  left: -threshold,
  right: threshold,
  count,
});
const exponential = (scale: number, perSecond?: number) =>
  ({ kind: 'exponential', scale, ...(perSecond !== undefined && { perSecond }) }) as const;

describe('the scale of native buckets', () => {
  it('is their schema, but no finer than our own', () => {
    const schemas = fc.integer({ min: -4, max: 8 });
    fc.assert(
      fc.property(
        schemas,
        fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 1 }),
        (s, at) => {
          const buckets = at.map((index) => native(s, index));
          expect(nativeScale(buckets)).toBe(Math.min(4, s));
        },
      ),
    );
  });

  it('is not told by a zero bucket, by none at all, nor where numbers end', () => {
    const end = { left: Number.MAX_VALUE, right: Infinity, count: 1 };
    expect(nativeScale([])).toBe(4);
    expect(nativeScale([zero(0), zero(2 ** -128), end])).toBe(4);
    expect(nativeScale([zero(0), native(1, 3), end])).toBe(1);
  });

  it('is that of the others where the zero bucket cuts one', () => {
    const cut = { left: 0.3, right: 0.5, count: 1 };
    expect(nativeScale([zero(0.3), cut, native(0, 0)])).toBe(0);
    expect(nativeScale([cut])).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['bounds that are no powers', { left: 0.005, right: 0.01 }],
    ['a first one without an end', { left: -Infinity, right: 0.5 }],
    ['a last one without an end', { left: 10, right: Infinity }],
    ['a first one from 0 on', { left: 0, right: 1 }],
    ['one bucket for everything', { left: -Infinity, right: Infinity }],
    ['one wider than any schema', { left: 1, right: 2 ** 20 }],
  ])('is none with %s', (_, bounds) => {
    expect(nativeScale([native(0, 1), { ...bounds, count: 1 }])).toBeNull();
  });
});

describe('exponential buckets', () => {
  it('hold what counting the durations themselves would have given', () => {
    const seconds = fc.array(fc.double({ min: 1e-5, max: 1e5, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -4, max: 8 }), (durations, schema) => {
        const buckets = durations.map((each) => native(schema, bucketIndex(each, schema) + 1));
        const scale = nativeScale(buckets) ?? Number.NaN;
        const expected: Record<string, number> = {};
        for (const each of durations) {
          const bucket = bucketIndex(each, scale);
          expected[bucket] = (expected[bucket] ?? 0) + 1;
        }
        expect(exponentialBuckets(buckets, exponential(scale), -Infinity)).toEqual(expected);
      }),
    );
  });

  it('put what is out of bounds into the outermost ones, in seconds as in milliseconds', () => {
    const buckets = [zero(2 ** -128, 3), native(0, -200, 2), native(0, 90, 5)];
    expect(exponentialBuckets(buckets, exponential(0), -Infinity)).toEqual({ '-20': 5, '19': 5 });
    // A microsecond is 2^-9.97 ms, twelve days are 2^29.97 ms.
    expect(exponentialBuckets(buckets, exponential(0, 1000), -Infinity)).toEqual({
      '-10': 5,
      '29': 5,
    });
  });

  it('count up to the threshold of the zero bucket as one', () => {
    const floor = zeroFloor([zero(0.3), native(0, 3)], 0);
    expect(floor).toBe(-2);
    const before = [zero(0.1, 1), native(0, -2, 2), native(0, -1, 4), native(0, 0, 8)];
    expect(exponentialBuckets(before, exponential(0), floor)).toEqual({ '-2': 7, '-1': 8 });
    expect(zeroFloor([native(0, 3)], 0)).toBe(-Infinity);
    expect(zeroFloor([zero(0)], 0)).toBe(-Infinity);
  });
});

describe('custom buckets', () => {
  const first = { left: -Infinity, right: 0.1, count: 1 };
  const last = { left: 2.5, right: Infinity, count: 4 };
  const middle = { left: 0.25, right: 1, count: 2 };

  it('tell their bounds, each once and rising, and only those of durations', () => {
    expect(boundsOf([last, middle, first, { left: -1, right: 0 }])).toEqual([0.1, 0.25, 1, 2.5]);
  });

  it('take the bounds of others, but none that would cut them', () => {
    expect(boundsBetween([0.1, 0.25, 0.5, 1, 5], [middle, last])).toEqual([0.1, 0.25, 1]);
  });

  it('count at the bound that they end with, or above all', () => {
    const bounds = [0.1, 0.25, 1, 2.5];
    expect(explicitBuckets([first, middle, last], bounds)).toEqual({ '0': 1, '2': 2, '4': 4 });
    const none = { left: -Infinity, right: 0, count: 7 };
    expect(explicitBuckets([none, first], bounds)).toEqual({ '0': 8 });
  });
});
