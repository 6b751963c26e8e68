import { quantile } from '../../../src/core/histogram/quantile.ts';
import { zeros } from '../../../src/core/statistics/column.ts';
import { bucketCount, firstBucket } from '../durations.ts';
import type { SideDurations } from '../latency-trace.ts';
import type { RampMoment } from '../ramp.ts';

/** What a tool that scrapes once a minute sees of both cohorts. */
export interface Minute {
  /** Seconds since the first exposure, at the minute's end. */
  readonly at: number;
  readonly newTotal: number;
  readonly newBad: number;
  readonly oldTotal: number;
  readonly oldBad: number;
  /** In seconds; NaN without a request, null where durations are not measured. */
  readonly newP99: number | null;
  readonly oldP99: number | null;
}

const minute = 60;

/** Sums of whole minutes over the moments of a ramp. */
export function minutesOf(ramp: readonly RampMoment[]): readonly Minute[] {
  const each = ramp.filter(({ sums }) => sums.at <= minute).length;
  return Array.from({ length: Math.floor(ramp.length / each) }, (_, index) => {
    const part = ramp.slice(index * each, (index + 1) * each);
    const add = (key: 'newTotal' | 'newBad' | 'oldTotal' | 'oldBad'): number =>
      part.reduce((sum, { sums }) => sum + sums[key], 0);
    return {
      at: (index + 1) * minute,
      newTotal: add('newTotal'),
      newBad: add('newBad'),
      oldTotal: add('oldTotal'),
      oldBad: add('oldBad'),
      newP99: p99(part.flatMap(({ latency }) => latency?.new ?? [])),
      oldP99: p99(part.flatMap(({ latency }) => latency?.old ?? [])),
    };
  });
}

function p99(sides: readonly SideDurations[]): number | null {
  if (sides.length === 0) return null;
  const counts = zeros(bucketCount);
  for (const { seen } of sides) {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      counts[bucket] = (counts[bucket] ?? 0) + (seen[bucket] ?? 0);
    }
  }
  return quantile({ offset: firstBucket, counts }, 0.99) ?? Number.NaN;
}

/** When the `limit`-th failed minute ends, counted over the whole rollout; null when never. */
export function nthFailure(
  minutes: readonly Minute[],
  limit: number,
  fails: (minute: Minute) => boolean,
): number | null {
  return minutes.filter(fails)[limit - 1]?.at ?? null;
}

/** The earlier of two moments; null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
