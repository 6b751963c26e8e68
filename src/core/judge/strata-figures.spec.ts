import { describe, expect, it } from '@jest/globals';
import { grouped } from '../../../test/support/grouped-histograms.ts';
import { ownLayout } from '../histogram/bucket-layout.ts';
import { groupSlots, noDurations } from './grouped-durations.ts';
import {
  countStrata,
  noStrataScatter,
  scatterStrata,
  type Strata,
  strataDispersion,
  strataOf,
  strataTick,
} from './latency-strata.ts';

/** A value for every group, the first ones as given. */
function slots(given: readonly number[], others: number): number[] {
  return Array.from({ length: groupSlots }, (_, slot) => given[slot] ?? others);
}

const explicit = { kind: 'explicit', bounds: [0.1, 0.5, 1] } as const;

describe('what is known of groups', () => {
  // A fifth of all durations is above the bucket of the median: 200 are usual in each group, 5 are
  // assumed beforehand.
  it('is how often each is long beside all, and how sure that is', () => {
    const strata = strataOf(
      grouped({ 0: { 0: 900, 2: 100 }, 1: { 0: 700, 2: 300 } }),
      0.5,
      explicit,
    );
    expect(strata.relative.slice(0, 3)).toEqual([105 / 205, 305 / 205, 1]);
    expect(strata.variance.slice(0, 3)).toEqual([0.8 / 105, 0.8 / 305, 0.8 / 5]);
    expect(strata.share.slice(0, 3)).toEqual([0.5, 0.5, 0]);
    const [low, high] = [Math.log(105 / 205) ** 2, Math.log(305 / 205) ** 2];
    expect(strata.diversity).toBeCloseTo((low - 0.8 / 105 + high - 0.8 / 305) / 4, 12);
  });

  it('is a place of its own from twenty long durations on', () => {
    const of = (slow: number): readonly number[] =>
      strataOf(grouped({ 0: { 0: 900, 10: 100 }, 1: { 20: slow } }), 0.5, ownLayout).offsets;
    expect(of(39)[1]).toBe(0);
    expect(of(40)[1]).toBe(20);
  });

  it('is nothing of units that differ while only one group is well known', () => {
    const hardly = grouped({ 0: { 0: 900, 2: 100 }, 1: { 0: 90, 2: 10 } });
    expect(strataOf(hardly, 0.5, explicit).diversity).toBe(0);
  });

  it('is that they are alike before there are two', () => {
    const alike = strataOf(grouped({ 3: { 0: 900, 2: 100 } }), 0.5, explicit);
    expect(alike).toEqual({
      offsets: slots([], 0),
      relative: slots([], 1),
      variance: slots([], 0),
      share: slots([], 0),
      diversity: 0,
    });
  });
});

describe('one side at a threshold', () => {
  const strata: Strata = {
    offsets: slots([0, 10], 0),
    relative: slots([1, 3], 1),
    variance: slots([0.01, 0.04], 0),
    share: slots([0.25, 0.5], 0),
    diversity: 0.2,
  };
  /** Thirty durations of the one group, ten of the other: 30 and 30 are as often long as usual. */
  const side = strataTick(grouped({ 0: { 1: 30 }, 1: { 5: 4, 11: 6 } }));

  it('counts each group beyond its own, and knows its mix', () => {
    const counts = countStrata(side, 0, strata, slots([30, 10], 0));
    expect(counts.bad).toBe(30 + 6);
    expect(counts.relative).toBe(60 / 40);
    expect(counts.variance).toBeCloseTo((30 ** 2 * 0.01 + 30 ** 2 * 0.04) / 60 ** 2, 12);
  });

  // Half of the second group is a quarter of all: (1 - ½) × 0.2 / ¼ more of it is open.
  it('knows a part of a group less well than the whole', () => {
    const { variance } = countStrata(side, 0, strata, slots([30, 20], 0));
    expect(variance).toBeCloseTo((30 ** 2 * 0.01 + 30 ** 2 * (0.04 + 0.4)) / 60 ** 2, 12);
  });

  it('knows nothing more of a part of a group that the history did not have', () => {
    const unknown = { ...strata, share: slots([], 0) };
    const { variance } = countStrata(side, 0, unknown, slots([60, 20], 0));
    expect(variance).toBeCloseTo((30 ** 2 * 0.01 + 30 ** 2 * 0.04) / 60 ** 2, 12);
  });
});

describe('how groups scatter', () => {
  const memory = (counted: readonly number[], expected: readonly number[], variance: number) => [
    { counted, expected, variance },
  ];

  // Off by 20 twice, where 100 × 0.9 × ½ is chance: 17.8 of one group, beside eight of which 1 is believed.
  it('is off what is expected by more than chance, drawn to 1', () => {
    const scatter = memory([70, 30], [50, 50], 100);
    expect(strataDispersion(scatter, 0.1)).toBeCloseTo((800 / 45 + 8) / 9, 12);
  });

  it('is the larger of both memories, at least 1', () => {
    const [strong, weak] = [memory([70, 30], [50, 50], 100), memory([50, 50], [50, 50], 100)];
    expect(strataDispersion([...weak, ...strong], 0.1)).toBe(strataDispersion(strong, 0.1));
    expect(strataDispersion(weak, 0.1)).toBe(1);
  });

  it.each([
    ['fifty long durations', memory([45, 4.9], [25, 24.9], 50), 0.1],
    ['two groups worth the name', memory([99, 1], [81, 19], 100), 0.1],
    ['a duration that is not long', memory([70, 30], [50, 50], 100), 1],
  ])('is 1 before there are %s', (_, scatter, rate) => {
    expect(strataDispersion(scatter, rate)).toBe(1);
  });

  it('tells from fifty long durations on', () => {
    expect(strataDispersion(memory([45, 5], [25, 25], 50), 0.1)).toBeGreaterThan(1);
  });

  // 25 of 100 are long; where the second group is so three times as often, 10 and 15 of them are usual.
  it('is remembered beside what is usual of each group in the same tick', () => {
    const strata: Strata = {
      offsets: slots([0, 2], 0),
      relative: slots([1, 3], 1),
      variance: slots([], 0),
      share: slots([], 0),
      diversity: 0,
    };
    const side = strataTick(grouped({ 0: { 0: 50, 1: 15 }, 1: { 2: 22.5, 3: 10 } }));
    const [short] = scatterStrata(noStrataScatter, side, 0, strata, 5);
    expect(short?.counted.slice(0, 2)).toEqual([15, 10]);
    expect(short?.expected.slice(0, 3)).toEqual([expect.closeTo(10, 9), expect.closeTo(15, 9), 0]);
  });

  it('forgets half in two minutes, and in ten', () => {
    const side = strataTick(grouped({ 0: { 1: 8 } }));
    const begun = scatterStrata(noStrataScatter, side, 0, strataOf(noDurations, 0.9, ownLayout), 5);
    const idle = strataTick(noDurations);
    const strata = strataOf(noDurations, 0.9, ownLayout);
    const after = (seconds: number) => scatterStrata(begun, idle, 0, strata, seconds);
    expect(after(120)[0]?.counted[0]).toBeCloseTo(4, 9);
    expect(after(600)[1]?.counted[0]).toBeCloseTo(4, 9);
  });
});
