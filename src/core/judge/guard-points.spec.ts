import { describe, expect, it } from '@jest/globals';
import { bucketCounts } from '../histogram/bucket-counts.ts';
import type { TickInput } from '../rollout/judging.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { guardSeries } from './guard-points.ts';
import { beforeExposure } from './judge-step.ts';
import { addSums, noSums, sumsOfTick, type TickSums } from './tick-sums.ts';

const evidence: EvidenceTick = {
  at: 1_000,
  revision: 1,
  seconds: 1,
  units: [
    { unit: 'a', cohort: 'canary', requests: 8, failed: 2 },
    { unit: 'b', cohort: 'canary', requests: 2, failed: 0 },
    { unit: 'c', cohort: 'baseline', requests: 40, failed: 1 },
  ],
  latency: [
    { cohort: 'canary', operation: 'read', durations: bucketCounts({ '-64': 10 }) },
    { cohort: 'baseline', operation: 'read', durations: bucketCounts({ '-80': 40 }) },
  ],
  comparisons: [{ unit: 'a', compared: 20, mismatched: 1, void: 3, kinds: { field: 1 } }],
};

function sums(more: Partial<TickInput> = {}): TickSums {
  return sumsOfTick({
    now: 1_000,
    step: beforeExposure,
    startedAt: 0,
    settledAt: null,
    evidence,
    newestAt: 1_000,
    health: { at: 1_000, lock_wait: 7, longest_transaction: 90 },
    metrics: [],
    ...more,
  });
}

describe('a guard over time', () => {
  it('of errors shows both rates, and how much is known of the new one', () => {
    const guard = { name: 'e', compare: 'errors', tolerate: { ratio: 1, add: 0 } } as const;
    const [point] = guardSeries(guard, [[1_000, sums()]])?.points ?? [];
    expect(point).toMatchObject({
      at: 1_000,
      canary: 0.2,
      baseline: 0.025,
      samples: { canary: 10, baseline: 40 },
    });
    // Wilson's interval for 2 of 10, as in the tables.
    expect(point?.low).toBeCloseTo(0.0567, 4);
    expect(point?.high).toBeCloseTo(0.5098, 4);
  });

  it('of latency shows the quantile that the policy names first', () => {
    const tolerate = [{ quantile: 0.5, part: 0.5, atLeastMs: 5 }];
    const series = guardSeries({ name: 'l', compare: 'latency', tolerate }, [[0, sums()]]);
    expect(series?.unit).toBe('seconds');
    expect(series?.points[0]?.canary).toBeCloseTo(2 ** (-63.5 / 16), 6);
    expect(series?.points[0]?.baseline).toBeCloseTo(2 ** (-79.5 / 16), 6);
  });

  it('of mismatches and of the target’s health shows what was seen', () => {
    const reads = { compare: 'mismatches', atMost: 0, compared: { atLeast: 1, units: 1 } } as const;
    expect(guardSeries({ name: 'r', ...reads }, [[0, sums()]])?.points[0]).toMatchObject({
      canary: 0.05,
      baseline: null,
      samples: { canary: 20 },
    });
    const failAfter = { failures: 1, of: 1 };
    const locks = { name: 'h', threshold: 'lock_wait', maxMs: 50, failAfter } as const;
    expect(guardSeries(locks, [[0, sums()]])?.points[0]).toMatchObject({ baseline: 7 });
  });

  it('says nothing where nothing was seen, and is null for what ticks do not hold', () => {
    const guard = { name: 'e', compare: 'errors', tolerate: { ratio: 1, add: 0 } } as const;
    expect(guardSeries(guard, [[0, noSums]])?.points[0]).toMatchObject({
      canary: null,
      baseline: null,
      low: null,
    });
    expect(guardSeries({ name: 'p', threshold: 'parity', maxRows: 0 }, [])).toBeNull();
  });
});

describe('the sums of ticks', () => {
  it('add up; of the health the worst stays', () => {
    const later = sums({ health: { at: 2_000, lock_wait: 3, longest_transaction: 400 } });
    expect(addSums(sums(), later)).toMatchObject({
      canary: { requests: 20, failed: 4 },
      baseline: { requests: 80, failed: 2 },
      compared: 40,
      mismatched: 2,
      looks: 2,
      health: { lock_wait: 7, longest_transaction: 400 },
    });
    expect(addSums(sums(), sums({ evidence: null, health: null }))).toEqual(sums());
  });
});
