import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  it('is Math.round', () => {
    const value = fc.double({ min: 0, max: 2 ** 40, noNaN: true });
    fc.assert(fc.property(value, (one) => nearest(one) === Math.round(one)));
  });

  it('is Math.round also next to every half', () => {
    const whole = fc.integer({ min: 0, max: 2 ** 40 });
    const apart = fc.integer({ min: -3, max: 3 });
    const next = (half: number, places: number): number =>
      half * (1 + places * Number.EPSILON * 0.5);
    fc.assert(
      fc.property(whole, apart, (n, places) => {
        const one = next(n + 0.5, places);
        expect(nearest(one)).toBe(Math.round(one));
      }),
    );
    expect([nearest(0.5 - 2 ** -54), nearest(0.5), nearest(0)]).toEqual([0, 1, 0]);
  });
});
