import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wilsonInterval } from './wilson-interval.ts';

describe('wilsonInterval', () => {
  it('contains the rate and lies within [0, 1]', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (total, drawn) => {
        const bad = Math.min(drawn, total);
        const [low, high] = wilsonInterval(total, bad);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(bad / total);
        expect(high).toBeGreaterThanOrEqual(bad / total);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('ends where the score test would just reject: |rate - end| = z √(end (1 - end) / n)', () => {
    for (const end of wilsonInterval(400, 12)) {
      const deviation = Math.abs(0.03 - end) / Math.sqrt((end * (1 - end)) / 400);
      expect(deviation).toBeCloseTo(1.959963984540054, 9);
    }
  });

  it('narrows as more is known, and knows nothing at first', () => {
    const width = ([low, high]: readonly [number, number]): number => high - low;
    expect(width(wilsonInterval(1000, 100))).toBeLessThan(width(wilsonInterval(100, 10)));
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  it('ends at 0 and 1 where all are alike', () => {
    expect(wilsonInterval(50, 0)[0]).toBe(0);
    expect(wilsonInterval(50, 50)[1]).toBe(1);
  });
});
