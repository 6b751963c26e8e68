import { describe, expect, it } from '@jest/globals';
import { outstanding, poissonTail } from './poisson-tail.ts';

describe('poissonTail', () => {
  it.each([
    [0, 3, 1],
    [1, 0, 0],
    [1, 0.5, 1 - Math.exp(-0.5)],
    [3, 2, 1 - 5 * Math.exp(-2)],
    // Tables of the Poisson distribution.
    [11, 5, 0.013695268598],
    [130, 100, 0.002282093073],
  ])('of at least %d where %d is the mean', (least, mean, tail) => {
    expect(poissonTail(least, mean)).toBeCloseTo(tail, 9);
  });

  it('is that of a great mean, too', () => {
    expect(poissonTail(2000, 2000)).toBeGreaterThan(0.5);
    expect(poissonTail(2000, 2000)).toBeLessThan(0.51);
    expect(poissonTail(2200, 2000)).toBeLessThan(1e-5);
  });
});

describe('outstanding', () => {
  it('is reached by chance in at most one case of eight, whatever is usual', () => {
    for (let mean = 0.01; mean < 300; mean *= 1.05) {
      expect(poissonTail(outstanding(mean), mean)).toBeLessThan(1 / 8);
    }
  });

  it('is one failure where none is usual, and beyond what scatter explains where many are', () => {
    expect([0, 0.1, 0.2, 1, 100].map(outstanding)).toEqual([1, 1, 2, 4, 125]);
  });
});
