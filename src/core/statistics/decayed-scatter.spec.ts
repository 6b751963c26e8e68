import { describe, expect, it } from '@jest/globals';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import {
  addTick,
  type DecayedScatter,
  noDecayedScatter,
  unitDispersion,
} from './decayed-scatter.ts';

const units = 200;
const time = { seconds: 5, halfLife: 120 };

function watch(ticks: number, mean: (unit: number) => number, cluster: number): DecayedScatter {
  const random = seededRandom(2);
  let scatter = noDecayedScatter;
  const expected = Array.from({ length: units }, (_, unit) => mean(unit) * 7);
  for (let tick = 0; tick < ticks; tick += 1) {
    const counted = expected.map((_, unit) => cluster * poisson(mean(unit) / cluster, random));
    scatter = addTick(scatter, counted, expected, time);
  }
  return scatter;
}

describe('addTick', () => {
  it('halves what is as old as its half-life, and its variance twice', () => {
    const first = addTick(noDecayedScatter, [4, 0], [2, 1], time);
    const later = addTick(first, [0, 1], [1, 1], { seconds: 120, halfLife: 120 });
    expect(later).toEqual({ counted: [2, 1], expected: [2, 1.5], variance: 4 / 4 + 1 });
  });

  it('takes in units that were not known before', () => {
    const grown = addTick(addTick(noDecayedScatter, [1], [1], time), [1, 2], [1, 1], time);
    expect(grown.counted[1]).toBe(2);
    expect(grown.counted).toHaveLength(2);
  });
});

describe('unitDispersion', () => {
  it('is about 1 for independent failures, whatever scale the expectation has', () => {
    const mean = (unit: number): number => 1 / (1 + unit / 10);
    expect(unitDispersion(watch(300, mean, 1))).toBeGreaterThan(0.7);
    expect(unitDispersion(watch(300, mean, 1))).toBeLessThan(1.4);
  });

  it('is about the size of the clusters', () => {
    const found = unitDispersion(watch(300, () => 0.5, 5)) ?? 0;
    expect(Math.abs(found / 5 - 1)).toBeLessThan(0.35);
  });

  it('shows a failing shard', () => {
    const usual = watch(60, () => 0.02, 1);
    const counted = Array.from({ length: units }, (_, unit) => (unit < 10 ? 9 : 0));
    const struck = addTick(
      usual,
      counted,
      Array.from({ length: units }, () => 0.14),
      time,
    );
    expect(unitDispersion(struck)).toBeGreaterThan(1.8);
  });

  it('is unknown where nothing was expected, or nothing is known of the variance', () => {
    const failed = { counted: [6], expected: [1], variance: 5 };
    expect(unitDispersion(failed)).toBe(0);
    expect(unitDispersion({ ...failed, expected: [0] })).toBeNull();
    expect(unitDispersion({ ...failed, variance: 0 })).toBeNull();
  });

  it('is unknown while hardly anything failed', () => {
    expect(unitDispersion(noDecayedScatter)).toBeNull();
    expect(unitDispersion(addTick(noDecayedScatter, [4, 0], [1, 1], time))).toBeNull();
    expect(unitDispersion(addTick(noDecayedScatter, [4, 1], [1, 1], time))).not.toBeNull();
  });
});
