import { describe, expect, it } from '@jest/globals';
import { grouped } from '../../../test/support/grouped-histograms.ts';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import { ownLayout } from '../histogram/bucket-layout.ts';
import { noDurations, pooled } from './grouped-durations.ts';
import {
  alignedDurations,
  countStrata,
  noStrataScatter,
  scatterStrata,
  strataDispersion,
  strataOf,
  strataTick,
} from './latency-strata.ts';

/** A hundred buckets from `first` on with `count` durations each. */
function flat(count: number, first: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: 100 }, (_, at) => [String(first + at), count]));
}

/** Group 1 is like group 0, but ten buckets slower; group 2 is hardly known. */
const history = grouped({ 0: flat(40, -100), 1: flat(40, -90), 2: { '-50': 3 } });

describe('strataOf', () => {
  it('holds each group to its own quantile', () => {
    const { offsets } = strataOf(history, 0.9, ownLayout);
    expect((offsets[1] ?? 0) - (offsets[0] ?? 0)).toBe(10);
    expect(offsets.slice(2)).toEqual(noDurations.slice(2).map(() => 0));
  });

  it('knows how often each group is beyond its threshold, drawn to all where little is known', () => {
    const strata = strataOf(history, 0.9, ownLayout);
    const [first = 0, second = 0, third = 0] = strata.relative;
    expect(first).toBeCloseTo(second, 9);
    expect(third).toBeGreaterThan(0.9);
    expect(third).toBeLessThan(1);
    expect(strata.variance[2]).toBeGreaterThan(5 * (strata.variance[0] ?? 0));
  });

  it('knows nothing of groups where there is only one', () => {
    const one = strataOf(grouped({ 10: flat(40, -100) }), 0.9, ownLayout);
    expect(new Set(one.offsets)).toEqual(new Set([0]));
    expect(new Set(one.relative)).toEqual(new Set([1]));
    expect(new Set(one.variance)).toEqual(new Set([0]));
  });

  it('shifts nothing in explicit buckets, and knows the difference as a rate', () => {
    const layout = { kind: 'explicit', bounds: [0.1, 0.5, 1] } as const;
    const strata = strataOf(
      grouped({ 0: { '0': 900, '2': 100 }, 1: { '0': 700, '2': 300 } }),
      0.5,
      layout,
    );
    expect(new Set(strata.offsets)).toEqual(new Set([0]));
    expect(strata.relative[1]).toBeGreaterThan(2.5 * (strata.relative[0] ?? 0));
  });
});

describe('countStrata', () => {
  it('sees equal rates in groups of different speed', () => {
    const strata = strataOf(history, 0.9, ownLayout);
    const middle = 90 - 100 + 4;
    const fast = countStrata(strataTick(grouped({ 0: flat(10, -100) })), middle, strata, []);
    const slow = countStrata(strataTick(grouped({ 1: flat(10, -90) })), middle, strata, []);
    expect(fast.bad).toBe(slow.bad);
    expect(fast.relative).toBeCloseTo(slow.relative, 9);
  });

  it('weighs what groups usually do by their part of the tick', () => {
    const strata = { ...strataOf(grouped({}), 0.9, ownLayout), relative: [1, 3, 1] };
    const mixed = strataTick(grouped({ 0: { '1': 30 }, 1: { '1': 10 } }));
    expect(countStrata(mixed, 0, strata, []).relative).toBeCloseTo(1.5, 12);
    expect(countStrata(mixed, 0, strata, []).bad).toBe(40);
    expect(countStrata(strataTick(noDurations), 0, strata, [])).toEqual({
      bad: 0,
      relative: 1,
      variance: 0,
    });
  });
});

describe('a group that is split between the sides', () => {
  const strata = strataOf(history, 0.9, ownLayout);
  const side = strataTick(grouped({ 0: { '-100': 20 }, 1: { '-90': 20 } }));
  const variance = (whole: readonly number[]): number =>
    countStrata(side, -6, strata, whole).variance;

  it('is known less well than a whole one, the less the smaller the part', () => {
    expect(strata.diversity).toBeGreaterThan(0);
    const seen = [variance([20, 20]), variance([40, 20]), variance([200, 20])];
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBe(3);
    expect(variance([])).toBe(variance([20, 20]));
  });

  it('is as well known as the whole where units do not differ', () => {
    const same = strataOf(grouped({ 0: flat(40, -100), 1: flat(40, -100) }), 0.9, ownLayout);
    expect(same.diversity).toBeLessThan(1e-4);
  });
});

describe('alignedDurations', () => {
  it('puts groups of different speed on one another', () => {
    const strata = strataOf(history, 0.5, ownLayout);
    const aligned = alignedDurations(grouped({ 0: flat(1, -100), 1: flat(1, -90) }), strata);
    expect(aligned.counts).toHaveLength(100);
    expect(new Set(aligned.counts)).toEqual(new Set([2]));
    expect(pooled(history).counts).toHaveLength(110);
  });
});

describe('strataDispersion', () => {
  const even = strataOf(grouped({}), 0.9, ownLayout);

  /** Two hundred ticks of six groups, 200 durations each, of which a tenth is long. */
  function run(factor: (slot: number, tick: number) => number, seed = 5): number {
    const random = seededRandom(seed);
    let scatter = noStrataScatter;
    for (let tick = 0; tick < 200; tick += 1) {
      const groups = [0, 1, 2, 3, 4, 5].map((slot) => {
        const long = Math.min(200, poisson(18 * factor(slot, tick), random));
        return [slot, { '1': long, '-1': 200 - long }] as const;
      });
      scatter = scatterStrata(scatter, strataTick(grouped(Object.fromEntries(groups))), 0, even, 5);
    }
    return strataDispersion(scatter, 0.1);
  }

  it('is about 1 for independent durations', () => {
    const seen = [1, 2, 3, 4, 5, 6].map((seed) => run(() => 1, seed));
    expect(Math.max(...seen)).toBeLessThan(3);
    expect(seen.reduce((sum, one) => sum + one, 0) / 6).toBeLessThan(1.8);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(1);
  });

  it('does not mind what strikes all groups alike', () => {
    expect(run((_, tick) => (tick < 100 ? 1 : 4))).toBeLessThan(3);
  });

  it('sees a group that goes its own way', () => {
    expect(run((slot) => (slot === 3 ? 1.5 : 1))).toBeGreaterThan(10);
  });

  it('is 1 while little or only one group is known', () => {
    expect(strataDispersion(noStrataScatter, 0.1)).toBe(1);
    const one = strataTick(grouped({ 4: { '1': 90, '-1': 10 } }));
    expect(strataDispersion(scatterStrata(noStrataScatter, one, 0, even, 1), 0.9)).toBe(1);
  });
});
