import { describe, expect, it } from '@jest/globals';
import { bucketCounts } from '../histogram/bucket-counts.ts';
import { upperBound, ownLayout } from '../histogram/bucket-layout.ts';
import type { LatencyGuard } from '../policy/guard.ts';
import { newProcess } from '../statistics/e-process.ts';
import { type Durations, freshDurations } from './durations.ts';
import { noDurations } from './grouped-durations.ts';
import { freezeWatches, resetWatches, watchedQuantiles } from './latency-watch.ts';

const guard: LatencyGuard = {
  name: 'latency',
  compare: 'latency',
  tolerate: [
    { quantile: 0.5, part: 0.2, atLeastMs: 0 },
    { quantile: 0.9, part: 0.2, atLeastMs: 0 },
    { quantile: 0.99, part: 0.3, atLeastMs: 0 },
  ],
};

function known(buckets: Record<string, number>): Durations {
  return {
    ...freshDurations,
    history: noDurations.map((none, slot) => (slot === 10 ? bucketCounts(buckets) : none)),
  };
}

/** A thousand durations over a hundred buckets: p50 in bucket -51, p90 in -11, p99 in -2. */
const even = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [String(i - 100), 10]));

describe('watchedQuantiles', () => {
  it('are those that the guard names, and the tail beyond a p99 with its tolerance', () => {
    expect(watchedQuantiles(guard).map(({ quantile, isNamed }) => [quantile, isNamed])).toEqual([
      [0.5, true],
      [0.9, true],
      [0.99, true],
      [0.999, false],
    ]);
    expect(watchedQuantiles(guard)[3]?.part).toBe(0.3);
  });

  it('add no tail to a guard that does not speak of it, or that names it', () => {
    const only = (quantile: number): number =>
      watchedQuantiles({ ...guard, tolerate: [{ quantile, part: 0.1, atLeastMs: 0 }] }).length;
    expect([only(0.9), only(0.99), only(0.999)]).toEqual([1, 2, 1]);
  });
});

describe('freezeWatches', () => {
  it('takes the old quantiles, and limits a tolerance above them', () => {
    const watches = freezeWatches(guard, known(even));
    expect(watches.map((one) => [one.oldBucket, one.limitBucket, one.warmBucket])).toEqual([
      [-51, -47, -31],
      [-11, -7, 9],
      [-2, 4, 20],
      [-1, 5, 21],
    ]);
    for (const one of watches.slice(0, 2)) {
      const ratio = upperBound(ownLayout, one.limitBucket) / upperBound(ownLayout, one.oldBucket);
      expect(ratio).toBeLessThan(1.2);
    }
  });

  it('starts from the rates of the history, of no more than twenty long durations', () => {
    const watches = freezeWatches(guard, known(even));
    expect(watches.map((one) => one.old.bad / one.old.total)).toEqual([0.5, 0.1, 0.01, 0]);
    expect(watches.map((one) => Math.round(one.old.bad))).toEqual([20, 20, 10, 0]);
  });

  it('waits until a hundred durations are known', () => {
    expect(freezeWatches(guard, known({ '-100': 99 }))).toEqual([]);
    expect(freezeWatches(guard, known({ '-100': 100 }))).toHaveLength(4);
  });

  it('takes thresholds from of late, and what groups are like from the history', () => {
    const slots = (first: number, second: number) =>
      noDurations.map((none, slot) =>
        slot > 1 ? none : bucketCounts({ [slot === 0 ? first : second]: 2000 }),
      );
    const later = { ...freshDurations, history: slots(-50, -40), lately: slots(-30, -20) };
    const [p50] = freezeWatches(guard, later);
    expect((p50?.strata.offsets[1] ?? 0) - (p50?.strata.offsets[0] ?? 0)).toBe(10);
    expect((p50?.oldBucket ?? 0) + (p50?.strata.offsets[0] ?? 0)).toBe(-30);
  });

  it('tolerates a quarter more beyond the same bound in explicit buckets', () => {
    const layout = { kind: 'explicit', bounds: [0.1, 0.5, 1] } as const;
    const explicit = { ...known({ '0': 800, '1': 150, '2': 40, '3': 10 }), layout };
    const watches = freezeWatches(guard, explicit);
    expect(watches.map((one) => [one.oldBucket, one.limitBucket, one.ratio])).toEqual([
      [0, 0, 1.25],
      [1, 1, 1.25],
      [2, 2, 1.25],
      [2, 2, 1.25],
    ]);
    expect(watches[1]?.border).toBeCloseTo(1.25 * 0.05, 12);
    expect(watches[1]?.warmBucket).toBe(2);
  });
});

describe('resetWatches', () => {
  it('keeps what was gathered, and moves the thresholds', () => {
    const before = freezeWatches(guard, known(even)).map((one) => ({
      ...one,
      harm: { elapsed: 5, grown: [1, 2] },
    }));
    const slower = freezeWatches(guard, known({ '3': 500 }));
    const after = resetWatches(before, slower);
    expect(after.map((one) => one.harm)).toEqual(before.map((one) => one.harm));
    expect(after.map((one) => one.oldBucket)).toEqual([3, 3, 3, 3]);
    expect(resetWatches(before, [])).toBe(before);
    expect(resetWatches([], slower)[0]?.harm).toBe(newProcess);
  });
});
