import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extrapolated, proportional } from './line-fit.ts';

const sizes = [1_000, 2_000, 4_000, 8_000, 16_000];

describe('a line through what was measured', () => {
  it('finds a line again, and is sure of it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (start, slope) => {
          const points = sizes.map((rows) => ({ rows, value: start + slope * rows }));
          const found = extrapolated(points, 1_000_000);
          const real = start + slope * 1_000_000;
          expect(found?.value).toBeCloseTo(real, 3);
          expect((found?.high ?? Infinity) - (found?.low ?? 0)).toBeLessThan(real / 1_000);
        },
      ),
    );
  });

  it('widens its interval by what the points disagree', () => {
    const points = sizes.map((rows, at) => ({ rows, value: rows * (at % 2 === 0 ? 0.9 : 1.1) }));
    const near = extrapolated(points, 16_000);
    const far = extrapolated(points, 1_000_000);
    expect(far?.low).toBeLessThan(1_000_000);
    expect(far?.high).toBeGreaterThan(1_000_000);
    expect(width(far)).toBeGreaterThan(10 * width(near));
  });

  it('does not fall below what was measured where more rows seemed to take less', () => {
    const points = sizes.map((rows) => ({ rows, value: 10 - rows / 16_000 }));
    expect(extrapolated(points, 1_000_000)?.value).toBeGreaterThan(9);
  });

  it('takes unrest for no slope: what does not grow is the middle one of what was measured', () => {
    const unrest = [9, 4, 5, 4.5, 6].map((value, at) => ({ rows: sizes[at] ?? 0, value }));
    expect(extrapolated(unrest, 10_000_000)).toEqual({ value: 5, low: 4, high: 9 });
  });

  it('says nothing of two points, or of one size', () => {
    expect(
      extrapolated(
        [
          { rows: 1, value: 1 },
          { rows: 2, value: 2 },
        ],
        10,
      ),
    ).toBeNull();
    const same = [1, 2, 3].map((value) => ({ rows: 100, value }));
    expect(extrapolated(same, 10)).toBeNull();
  });
});

describe('what grows with the rows alone', () => {
  const took = (...each: readonly number[]) =>
    each.map((perRow, at) => ({ rows: sizes[at] ?? 0, value: perRow * (sizes[at] ?? 0) }));

  it('is the middle one of what a row took, between the extremes, whoever disturbed the others', () => {
    const { value = 0, low, high } = proportional(took(7, 9, 7, 30, 8), 1_000_000) ?? {};
    expect([value, low, high].map((one) => Math.round(one ?? 0))).toEqual([8e6, 7e6, 30e6]);
  });

  it('grows also where a line would see nothing but unrest', () => {
    const unrest = took(40, 20, 9, 5, 9);
    expect(extrapolated(unrest, 1_000_000)?.value).toBeLessThan(100_000);
    expect(proportional(unrest, 1_000_000)?.value).toBeCloseTo(9e6);
  });

  it('says nothing of two points, or of no rows', () => {
    expect(proportional(took(1, 2), 10)).toBeNull();
    expect(
      proportional(
        [0, 1, 2].map((rows) => ({ rows, value: 1 })),
        10,
      ),
    ).toBeNull();
  });
});

const width = (one: ReturnType<typeof extrapolated>): number => (one?.high ?? 0) - (one?.low ?? 0);
