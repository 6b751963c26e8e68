import { bucketIndex } from './bucket-index.ts';
import { type BucketLayout, upperBound } from './bucket-layout.ts';

/** How much slower is tolerated: whichever is more, a part (0.5 = 50 %) or milliseconds. */
export interface Slack {
  readonly part: number;
  readonly atLeastMs: number;
}

/** Where the new side is held to, given the old side's threshold. */
export interface LatencyLimit {
  /** Durations above this bucket's upper bound are long on the new side. */
  readonly bucket: number;
  /** How many times as often they may be long as on the old side. */
  readonly ratio: number;
}

/** In explicit buckets, which have no bound a little above another, this many more may be long. */
const verticalRatio = 1.25;

/**
 * The new side's limit, given the bucket whose upper bound `t` is the old side's threshold.
 *
 * Exponential buckets: the highest boundary at or below max(t × (1 + part), t + atLeastMs), and
 * equally many may be longer. Rounded down, since a count above a boundary is exact and a proof must
 * not promise more than was tolerated; the effective limit is what gets printed. Never less than one
 * bucket above `t`: with no room at all, two equal sides would sit exactly on the border and "not
 * worse" could never be shown.
 *
 * Explicit buckets: the same rule where a bound lies within the slack; else the same bound, and the
 * margin is vertical, 1.25 times as many may be longer.
 */
export function latencyLimit(layout: BucketLayout, oldBucket: number, slack: Slack): LatencyLimit {
  const threshold = upperBound(layout, oldBucket);
  const limit = Math.max(threshold * (1 + slack.part), threshold + slack.atLeastMs / 1000);
  if (layout.kind === 'explicit') {
    const above = layout.bounds.findLastIndex((bound) => bound <= limit);
    return above > oldBucket
      ? { bucket: above, ratio: 1 }
      : { bucket: oldBucket, ratio: verticalRatio };
  }
  const holding = bucketIndex(limit * (layout.perSecond ?? 1), layout.scale);
  const below = upperBound(layout, holding) <= limit ? holding : holding - 1;
  return { bucket: Math.max(oldBucket + 1, below), ratio: 1 };
}

/** The lowest bucket whose upper bound is at least twice that of `bucket`: for the warm-up. */
export function twiceAsLong(layout: BucketLayout, bucket: number): number {
  if (layout.kind === 'exponential') return bucket + Math.max(1, 2 ** layout.scale);
  const twice = 2 * upperBound(layout, bucket);
  const index = layout.bounds.findIndex((bound) => bound >= twice);
  return index === -1 ? layout.bounds.length : index;
}
