import type { BucketCounts } from './bucket-counts.ts';

/** A histogram prepared for counting above many boundaries. */
export interface Tail {
  readonly total: number;
  /** The lowest bucket that may hold a duration. */
  readonly low: number;
  /** `above[i]`: how many durations lie in bucket `low + i` or above. */
  readonly above: readonly number[];
}

/** Sums a histogram up from its longest durations, once for all boundaries. */
export function tailOf({ offset, counts }: BucketCounts): Tail {
  const above = counts.slice();
  let total = 0;
  for (let at = above.length - 1; at >= 0; at -= 1) {
    total += above[at] ?? 0;
    above[at] = total;
  }
  return { total, low: offset, above };
}

/** How many durations are longer than the upper boundary of `bucket`. Exact. */
export function tailAbove(tail: Tail, bucket: number): number {
  return bucket < tail.low ? tail.total : (tail.above[bucket - tail.low + 1] ?? 0);
}
