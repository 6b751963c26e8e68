import { describe, expect, it } from '@jest/globals';
import { bucketCount, Durations, firstBucket, usualPace } from './durations.ts';
import { normalBelow } from './normal.ts';

const equal = new Durations([{ traffic: 1, logFactor: 0 }]);

/** Chance of a duration above `seconds`, which must be a bucket's bound. */
function above(chances: Float64Array, seconds: number): number {
  const bucket = Math.round(16 * Math.log2(seconds)) - firstBucket;
  return chances.subarray(bucket).reduce((sum, chance) => sum + chance, 0);
}

describe('normalBelow', () => {
  it.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-1.959963984540054, 0.025],
    [2.326347874040841, 0.99],
    [-5, 2.866515718791939e-7],
    [-8, 6.220960574271785e-16],
  ])('of %d', (x, chance) => {
    expect(normalBelow(x) / chance).toBeCloseTo(1, 10);
  });
});

describe('Durations', () => {
  it('adds up to one', () => {
    const chances = equal.chances({ all: 1.3, slow: 2, stalled: 0.03 });
    expect(chances).toHaveLength(bucketCount);
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 6);
  });

  it('is the mixture that it says it is', () => {
    const chances = equal.chances(usualPace);
    for (const seconds of [2 ** -5, 2 ** -4, 2 ** -1, 1]) {
      const tail = (median: number): number => normalBelow(-Math.log(seconds / median) / 0.5);
      expect(above(chances, seconds)).toBeCloseTo(0.98 * tail(0.04) + 0.02 * tail(0.4), 4);
    }
  });

  it('moves by whole buckets when all is a bucket slower', () => {
    const slower = equal.chances({ ...usualPace, all: 2 ** (1 / 16) });
    const usual = equal.chances(usualPace);
    for (let bucket = 60; bucket < 250; bucket += 1) {
      expect(slower[bucket + 1]).toBeCloseTo(usual[bucket] ?? 0, 6);
    }
  });

  it('makes only the tail slower, or a part two seconds slower', () => {
    const usual = equal.chances(usualPace);
    const tail = equal.chances({ ...usualPace, slow: 3 });
    expect(above(tail, 2 ** -3) / above(usual, 2 ** -3)).toBeLessThan(1.1);
    expect(above(tail, 1) / above(usual, 1)).toBeGreaterThan(5);
    expect(above(equal.chances({ ...usualPace, stalled: 0.03 }), 2)).toBeCloseTo(0.03, 4);
  });

  it('mixes units of different speed by their traffic', () => {
    const mixed = new Durations([
      { traffic: 3, logFactor: 0.3 },
      { traffic: 1, logFactor: -0.5 },
    ]).chances(usualPace);
    const [slow, fast] = [0.3, -0.5].map((log) => equal.chances({ ...usualPace, all: 2 ** log }));
    for (const seconds of [2 ** -5, 2 ** -4, 1]) {
      const expected = 0.75 * above(slow ?? mixed, seconds) + 0.25 * above(fast ?? mixed, seconds);
      expect(above(mixed, seconds)).toBeCloseTo(expected, 3);
    }
  });
});
