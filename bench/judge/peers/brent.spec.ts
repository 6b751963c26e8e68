import { describe, expect, it } from '@jest/globals';
import { findRoot } from './brent.ts';

describe('findRoot', () => {
  it('finds roots to the tolerance asked for', () => {
    expect(findRoot((x) => x * x - 2, 0, 2, 1e-12)).toBeCloseTo(Math.SQRT2, 11);
    expect(findRoot((x) => Math.cos(x) - x, 0, 1, 1e-12)).toBeCloseTo(0.739085133215161, 11);
    expect(findRoot((x) => Math.expm1(5 * x), -3, 1, 1e-12)).toBeCloseTo(0, 11);
  });

  it('finds where a falling step function crosses, to the tolerance', () => {
    const step = (x: number): number => (x < 0.3 ? 2 : -1);
    expect(Math.abs(findRoot(step, 0, 1, 1e-4) - 0.3)).toBeLessThan(1e-4);
  });

  it('stops at once on a point where the function is exactly 0', () => {
    expect(findRoot((x) => Math.sign(Math.trunc(4 - x)), 0, 9, 1e-4)).toBe(4.5);
  });
});
