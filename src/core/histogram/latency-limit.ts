import { bucketIndex, bucketUpperBound } from './bucket-index.ts';

/** How much slower is tolerated: whichever is more, a part (0.5 = 50 %) or milliseconds. */
export interface Slack {
  readonly part: number;
  readonly atLeastMs: number;
}

/**
 * The bucket whose upper boundary is the new side's limit, given the bucket whose upper boundary `t`
 * is the old side's threshold: the highest boundary at or below max(t × (1 + part), t + atLeastMs).
 *
 * Rounded down, since a count above a boundary is exact and a proof must not promise more than was
 * tolerated; the effective limit, at most 4.24 % stricter than asked for, is what gets printed. Never
 * less than one bucket above `t`: with no room at all, two equal sides would sit exactly on the
 * border and "not worse" could never be shown.
 */
export function limitBucket(oldBucket: number, slack: Slack): number {
  const threshold = bucketUpperBound(oldBucket);
  const limit = Math.max(threshold * (1 + slack.part), threshold + slack.atLeastMs / 1000);
  const holding = bucketIndex(limit);
  const below = bucketUpperBound(holding) <= limit ? holding : holding - 1;
  return Math.max(oldBucket + 1, below);
}
