import { describe, expect, it } from '@jest/globals';
import { bucketCounts } from '../histogram/bucket-counts.ts';
import type { LatencyGuard } from '../policy/guard.ts';
import type { EProcess } from '../statistics/e-process.ts';
import { freshDurations } from './durations.ts';
import { type GroupedCounts, noDurations } from './grouped-durations.ts';
import {
  advanceNotWorse,
  advanceWatches,
  latencyTick,
  type LatencyTick,
  logLatencyHarm,
  logWatchHarm,
  logWatchNotWorse,
} from './latency-judge.ts';
import { freezeWatches, type LatencyWatch } from './latency-watch.ts';

const guard: LatencyGuard = {
  name: 'latency',
  compare: 'latency',
  tolerate: [
    { quantile: 0.5, part: 0.2, atLeastMs: 0 },
    { quantile: 0.9, part: 0.2, atLeastMs: 0 },
    { quantile: 0.99, part: 0.2, atLeastMs: 0 },
  ],
};

/** A thousand durations over a hundred buckets: p50 in bucket -51, p90 in -11, p99 in -2. */
const history = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [String(i - 100), 10]));

/** The same shape, `count` durations a bucket, moved up by some buckets. */
function shape(count: number, up = 0): Record<string, number> {
  return Object.fromEntries(Array.from({ length: 100 }, (_, i) => [String(i - 100 + up), count]));
}

/** Durations of units whose group is not known. */
function plain(buckets: Record<string, number>): GroupedCounts {
  return noDurations.map((none, slot) => (slot === 10 ? bucketCounts(buckets) : none));
}

function tick(canary: Record<string, number>, baseline = shape(3)): LatencyTick {
  return latencyTick(1, plain(canary), plain(baseline));
}

function frozen(buckets: Record<string, number>): readonly LatencyWatch[] {
  return freezeWatches(guard, { ...freshDurations, history: plain(buckets) });
}

function watch(ticks: readonly LatencyTick[], warming = false): readonly LatencyWatch[] {
  return ticks.reduce(
    (watches: readonly LatencyWatch[], next) => advanceWatches(watches, next, warming),
    frozen(history),
  );
}

function proof(ticks: readonly LatencyTick[], from = history): readonly number[] {
  let watches = frozen(from);
  let processes: readonly EProcess[] = [];
  for (const next of ticks) {
    processes = advanceNotWorse(processes, watches, next);
    watches = advanceWatches(watches, next, false);
  }
  const named = watches.filter(({ isNamed }) => isNamed);
  return named.map((_, index) => logWatchNotWorse(processes, index));
}

describe('advanceWatches', () => {
  it('finds no harm where both sides are alike, or as much slower as tolerated', () => {
    expect(logLatencyHarm(watch(Array.from({ length: 20 }, () => tick(shape(1)))))).toBeLessThan(
      0.5,
    );
    expect(logLatencyHarm(watch(Array.from({ length: 20 }, () => tick(shape(1, 4)))))).toBeLessThan(
      0.5,
    );
  });

  it('finds more harm in slower durations', () => {
    const evidence = [5, 12, 30].map((up) => logLatencyHarm(watch([tick(shape(1, up))])));
    expect(evidence).toEqual(evidence.toSorted((a, b) => a - b));
    expect(evidence[2]).toBeGreaterThan(Math.log(100));
  });

  it('finds a slow tail that leaves the median where it was', () => {
    const tail = { ...shape(1), '40': 30 };
    const watches = watch([tick(tail), tick(tail)]);
    expect(logWatchHarm(watches[0] as LatencyWatch)).toBeLessThan(3);
    expect(logWatchHarm(watches[2] as LatencyWatch)).toBeGreaterThan(Math.log(1000));
  });

  it('does not blame the new side for what slows down both', () => {
    const both = Array.from({ length: 20 }, () => tick(shape(1, 30), shape(3, 30)));
    expect(logLatencyHarm(watch(both))).toBeLessThan(0.5);
  });

  it('acts while caches are cold only on p90, twice as slow as the limit', () => {
    const slower = Array.from({ length: 5 }, () => tick(shape(1, 18)));
    const catastrophic = Array.from({ length: 5 }, () => tick(shape(1, 60)));
    expect(logLatencyHarm(watch(slower))).toBeGreaterThan(Math.log(100));
    expect(logLatencyHarm(watch(slower, true))).toBeLessThan(0.5);
    const [p50, p90, p99] = watch(catastrophic, true).map((one) => logWatchHarm(one));
    expect(Math.abs(p50 ?? 1)).toBeLessThan(1e-9);
    expect(Math.abs(p99 ?? 1)).toBeLessThan(1e-9);
    expect(p90).toBeGreaterThan(Math.log(1000));
  });
});

describe('advanceNotWorse', () => {
  it('proves every quantile of equal sides', () => {
    const evidence = proof(Array.from({ length: 30 }, () => tick(shape(3))));
    expect(Math.min(...evidence)).toBeGreaterThan(Math.log(100));
  });

  it('proves nothing where the new side is a little slower than tolerated', () => {
    const evidence = proof(Array.from({ length: 30 }, () => tick(shape(3, 5))));
    expect(Math.max(...evidence)).toBeLessThan(1);
  });

  it('proves a high quantile against history where the old cohort is too small to show it', () => {
    const small = { '-60': 9, '-5': 1 };
    const evidence = proof(Array.from({ length: 6 }, () => tick(shape(3, -20), small)));
    expect(evidence[2]).toBeGreaterThan(Math.log(100));
  });

  it('does not trust a history that the old side has left behind', () => {
    const faster = Array.from({ length: 10 }, () => tick(shape(3), shape(30)));
    const later = faster.map(() => tick(shape(3), {}));
    const stillSlow = faster.map(() => tick(shape(3), shape(30, 60)));
    const afterwards = (first: readonly LatencyTick[]): number => {
      const watches = first.reduce(
        (before, next) => advanceWatches(before, next, false),
        frozen(shape(10, 60)),
      );
      const processes = later.reduce(
        (before: readonly EProcess[], next) => advanceNotWorse(before, watches, next),
        [],
      );
      return logWatchNotWorse(processes, 0);
    };
    expect(afterwards(stillSlow)).toBeGreaterThan(Math.log(100));
    expect(afterwards(faster)).toBeCloseTo(0, 9);
  });

  it('finds less proof in slower durations', () => {
    const evidence = [-10, 0, 3].map((up) => proof([tick(shape(1, up))])[0] ?? 0);
    expect(evidence).toEqual(evidence.toSorted((a, b) => b - a));
  });
});
