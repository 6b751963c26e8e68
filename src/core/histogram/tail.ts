import type { Buckets } from './exponential-histogram.ts';

/** A histogram prepared for counting above many boundaries. */
export interface Tail {
  readonly total: number;
  /** The lowest bucket that is not empty. */
  readonly low: number;
  /** `above[i]`: how many durations lie in bucket `low + i` or above. */
  readonly above: readonly number[];
}

export const emptyTail: Tail = { total: 0, low: 0, above: [] };

/** Sums a histogram up from its longest durations, once for all boundaries. */
export function tailOf(buckets: Buckets): Tail {
  const filled: number[] = [];
  for (const key in buckets) if (buckets[key] !== 0) filled.push(Number(key));
  if (filled.length === 0) return emptyTail;
  let [low, high] = [Infinity, -Infinity];
  for (const bucket of filled) {
    if (bucket < low) low = bucket;
    if (bucket > high) high = bucket;
  }
  const above: number[] = [];
  for (let bucket = low; bucket <= high; bucket += 1) above.push(0);
  for (const bucket of filled) above[bucket - low] = buckets[bucket] ?? 0;
  let total = 0;
  for (let at = above.length - 1; at >= 0; at -= 1) {
    total += above[at] ?? 0;
    above[at] = total;
  }
  return { total, low, above };
}

/** How many durations are longer than the upper boundary of `bucket`. Exact. */
export function tailAbove(tail: Tail, bucket: number): number {
  return bucket < tail.low ? tail.total : (tail.above[bucket - tail.low + 1] ?? 0);
}
