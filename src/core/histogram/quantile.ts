import { bucketsPerDoubling } from './bucket-index.ts';
import { type Buckets, totalCount } from './exponential-histogram.ts';

interface Found {
  readonly bucket: number;
  /** Part of the bucket's own count that lies at or below the quantile, 0 to 1. */
  readonly inside: number;
}

function find(buckets: Buckets, quantile: number): Found | null {
  const wanted = quantile * totalCount(buckets);
  const entries = Object.entries(buckets)
    .map(([key, count]) => ({ bucket: Number(key), count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.bucket - b.bucket);
  let below = 0;
  for (const { bucket, count } of entries) {
    if (below + count >= wanted) return { bucket, inside: (wanted - below) / count };
    below += count;
  }
  return null;
}

/**
 * The bucket that holds the quantile (0 to 1): the lowest one whose upper boundary has at least that
 * part of all durations at or below it. Null for an empty histogram. This is what tests use.
 */
export function quantileBucket(buckets: Buckets, quantile: number): number | null {
  return find(buckets, quantile)?.bucket ?? null;
}

/**
 * The quantile in seconds, for people: inside its bucket it is interpolated on the logarithm, which
 * is a guess of at most 4.43 %. Never judge by it. Null for an empty histogram.
 */
export function quantile(buckets: Buckets, part: number): number | null {
  const found = find(buckets, part);
  return found === null ? null : 2 ** ((found.bucket + found.inside) / bucketsPerDoubling);
}
