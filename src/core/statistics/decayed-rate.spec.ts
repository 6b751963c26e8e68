import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addRates, decayRate, guessRate, noRate } from './decayed-rate.ts';

describe('decayRate', () => {
  it('counts what happened ten minutes ago half', () => {
    const before = { total: 1000, bad: 10 };
    expect(decayRate(before, { total: 0, bad: 0 }, 600)).toEqual({ total: 500, bad: 5 });
  });

  it('forgets nothing in no time', () => {
    expect(decayRate({ total: 8, bad: 2 }, { total: 2, bad: 1 }, 0)).toEqual({ total: 10, bad: 3 });
  });

  it('forgets alike however the time is cut', () => {
    const idle = { total: 0, bad: 0 };
    const once = decayRate({ total: 1000, bad: 10 }, idle, 90);
    const twice = decayRate(decayRate({ total: 1000, bad: 10 }, idle, 30), idle, 60);
    expect(twice.total).toBeCloseTo(once.total, 9);
    expect(twice.bad).toBeCloseTo(once.bad, 9);
  });
});

describe('addRates', () => {
  it('counts all of them together', () => {
    const rates = [
      { total: 10, bad: 2 },
      { total: 5, bad: 3 },
    ];
    expect(addRates(rates)).toEqual({ total: 15, bad: 5 });
    expect(addRates([])).toEqual(noRate);
  });
});

describe('guessRate', () => {
  it('lies strictly between 0 and 1, whatever was seen', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (total, bad) => {
        const rate = guessRate({ total, bad: Math.min(total, bad) });
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThan(1);
      }),
    );
  });

  it('comes near the rate that was seen', () => {
    expect(guessRate({ total: 10_000, bad: 100 })).toBeCloseTo(0.01, 4);
    expect(guessRate(noRate)).toBe(0.5);
  });
});
