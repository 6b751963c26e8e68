import { quantile } from '../histogram/quantile.ts';
import { totalCount } from '../histogram/bucket-counts.ts';
import { type Guard, isHealthGuard, isSourcedGuard } from '../policy/guard.ts';
import type { GuardPoint, GuardSeries } from '../protocol/guard-series.ts';
import { wilsonInterval } from '../statistics/wilson-interval.ts';
import type { TickSums } from './tick-sums.ts';

/** A span of time and what its ticks took in. */
export type Span = readonly [at: number, sums: TickSums];

/** A guard over spans of time; null for one whose values ticks do not hold. For people, never for judging. */
export function guardSeries(guard: Guard, spans: readonly Span[]): GuardSeries | null {
  const { name } = guard;
  const series = (
    unit: GuardSeries['unit'],
    point: (sums: TickSums) => Omit<GuardPoint, 'at'>,
  ): GuardSeries => ({
    guard: name,
    unit,
    points: spans.map(([at, sums]) => ({ at, ...point(sums) })),
  });
  if ('threshold' in guard) {
    if (!isHealthGuard(guard)) return null;
    return series('milliseconds', (sums) => healthPoint(sums, guard.threshold));
  }
  switch (guard.compare) {
    case 'errors':
      return isSourcedGuard(guard) ? null : series('ratio', errorsPoint);
    case 'latency':
      return series('seconds', (sums) => latencyPoint(sums, guard.tolerate[0]?.quantile ?? 0.99));
    case 'mismatches':
      return series('ratio', mismatchesPoint);
  }
}

function errorsPoint({ canary, baseline }: TickSums): Omit<GuardPoint, 'at'> {
  return {
    ...ratePoint(canary.failed, canary.requests),
    baseline: rate(baseline.failed, baseline.requests),
    samples: { canary: canary.requests, baseline: baseline.requests },
  };
}

function mismatchesPoint({ compared, mismatched }: TickSums): Omit<GuardPoint, 'at'> {
  return {
    ...ratePoint(mismatched, compared),
    baseline: null,
    samples: { canary: compared, baseline: 0 },
  };
}

function latencyPoint({ canary, baseline }: TickSums, part: number): Omit<GuardPoint, 'at'> {
  return {
    canary: quantile(canary.latency, part),
    baseline: quantile(baseline.latency, part),
    low: null,
    high: null,
    samples: { canary: totalCount(canary.latency), baseline: totalCount(baseline.latency) },
  };
}

function healthPoint(
  { looks, health }: TickSums,
  which: 'lock_wait' | 'longest_transaction',
): Omit<GuardPoint, 'at'> {
  return {
    canary: null,
    baseline: looks === 0 ? null : health[which],
    low: null,
    high: null,
    samples: { canary: 0, baseline: looks },
  };
}

function ratePoint(bad: number, total: number): Pick<GuardPoint, 'canary' | 'low' | 'high'> {
  if (total === 0) return { canary: null, low: null, high: null };
  const [low, high] = wilsonInterval(total, bad);
  return { canary: bad / total, low, high };
}

function rate(bad: number, total: number): number | null {
  return total === 0 ? null : bad / total;
}
