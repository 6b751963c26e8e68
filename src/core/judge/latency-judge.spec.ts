import { describe, expect, it } from '@jest/globals';
import { bucketUpperBound } from '../histogram/bucket-index.ts';
import type { LatencyGuard } from '../policy/guard.ts';
import type { EProcess } from '../statistics/e-process.ts';
import type { LatencyWatch } from './judge-state.ts';
import {
  advanceNotWorse,
  advanceWatches,
  freezeWatches,
  latencyTick,
  type LatencyTick,
  logLatencyHarm,
  logWatchHarm,
  logWatchNotWorse,
} from './latency-judge.ts';

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

function tick(canary: Record<string, number>, baseline = shape(3)): LatencyTick {
  return latencyTick(1, canary, baseline);
}

function watch(ticks: readonly LatencyTick[], warming = false): readonly LatencyWatch[] {
  return ticks.reduce(
    (watches: readonly LatencyWatch[], next) => advanceWatches(watches, next, warming),
    freezeWatches(guard, history),
  );
}

function proof(ticks: readonly LatencyTick[], from = history): readonly number[] {
  let watches = freezeWatches(guard, from);
  let processes: readonly EProcess[] = [];
  for (const next of ticks) {
    processes = advanceNotWorse(processes, watches, next);
    watches = advanceWatches(watches, next, false);
  }
  return watches.map((_, index) => logWatchNotWorse(processes, index));
}

describe('freezeWatches', () => {
  it('takes the old quantiles, and limits a tolerance above them', () => {
    const watches = freezeWatches(guard, history);
    expect(watches.map((one) => [one.quantile, one.oldBucket, one.limitBucket])).toEqual([
      [0.5, -51, -47],
      [0.9, -11, -7],
      [0.99, -2, 2],
    ]);
    for (const one of watches) {
      expect(bucketUpperBound(one.limitBucket) / bucketUpperBound(one.oldBucket)).toBeLessThan(1.2);
    }
  });

  it('starts from the rates of the history', () => {
    const rates = freezeWatches(guard, history).map((one) => one.old.bad / one.old.total);
    expect(rates).toEqual([0.5, 0.1, 0.01]);
  });

  it('waits until a hundred durations are known', () => {
    expect(freezeWatches(guard, { '-100': 99 })).toEqual([]);
    expect(freezeWatches(guard, { '-100': 100 })).toHaveLength(3);
  });
});

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
    expect(p50).toBeCloseTo(0, 9);
    expect(p99).toBeCloseTo(0, 9);
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
    const later = faster.map((one) => latencyTick(1, one.canary, {}));
    const stillSlow = faster.map((one) => tick(one.canary, shape(30, 60)));
    const afterwards = (first: readonly LatencyTick[]): number => {
      const watches = first.reduce(
        (before, next) => advanceWatches(before, next, false),
        freezeWatches(guard, shape(10, 60)),
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
