import { describe, expect, it } from '@jest/globals';
import { mannWhitney } from './mann-whitney.ts';

const z95 = 1.959963984540054;
const z98 = 2.326347874040841;

describe('mannWhitney', () => {
  it("gives the interval and estimate of Kayenta's own test", () => {
    const found = mannWhitney([10, 20, 30, 40], [1, 2, 3, 4], z95);
    expect(found?.lower).toBeCloseTo(6, 6);
    expect(found?.upper).toBeCloseTo(39, 6);
    expect(found?.estimate).toBeCloseTo(22.5, 6);
  });

  it('estimates the middle of all pairwise differences (Hodges and Lehmann 1963)', () => {
    const control = [3.1, 0.2, 5.7, 4.4, 2.9, 1.3, 6.1];
    const experiment = [4.9, 7.7, 3.8, 6.6, 2.2, 9.4, 5.3];
    const differences = experiment
      .flatMap((x) => control.map((y) => x - y))
      .toSorted((a, b) => a - b);
    const found = mannWhitney(experiment, control, z98);
    // The continuity correction makes a plateau around the middle one of the 49.
    expect(found?.estimate).toBeGreaterThan(differences[23] ?? Number.NaN);
    expect(found?.estimate).toBeLessThan(differences[25] ?? Number.NaN);
    expect(found?.lower).toBeLessThan(found?.estimate ?? 0);
    expect(found?.upper).toBeGreaterThan(found?.estimate ?? 0);
  });

  it('mirrors when the sides are exchanged', () => {
    const [a, b] = [
      [1, 4, 2, 8, 5, 7],
      [3, 9, 6, 11, 10, 12],
    ];
    const one = mannWhitney(a ?? [], b ?? [], z98);
    const two = mannWhitney(b ?? [], a ?? [], z98);
    expect(one?.lower).toBeCloseTo(-(two?.upper ?? 0), 3);
    expect(one?.upper).toBeCloseTo(-(two?.lower ?? 0), 3);
  });

  it('has nothing to say when all values tie', () => {
    expect(mannWhitney([1, 1], [1, 1], z98)).toBeNull();
  });
});
