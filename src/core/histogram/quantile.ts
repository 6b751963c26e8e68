import { type BucketLayout, ownLayout, upperBound } from './bucket-layout.ts';
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
 * The quantile of an exponential histogram as a place among its buckets: 7.25 is a quarter into bucket
 * 7. Tells how far two histograms of one layout are apart. Null for an empty histogram.
 */
export function quantilePlace(buckets: Buckets, part: number): number | null {
  const found = find(buckets, part);
  return found === null ? null : found.bucket + found.inside;
}

/**
 * The quantile in seconds, for people: inside its bucket it is interpolated, on the logarithm in
 * exponential buckets, which at our own scale is a guess of at most 4.43 %. What is longer than all
 * explicit bounds is shown as the highest bound. Never judge by it. Null for an empty histogram.
 */
export function quantile(
  buckets: Buckets,
  part: number,
  layout: BucketLayout = ownLayout,
): number | null {
  const found = find(buckets, part);
  if (found === null) return null;
  const { bucket, inside } = found;
  if (layout.kind === 'exponential') return 2 ** ((bucket + inside) / 2 ** layout.scale);
  const low = bucket === 0 ? 0 : (layout.bounds[bucket - 1] ?? 0);
  const high = upperBound(layout, bucket);
  return Number.isFinite(high) ? low + (high - low) * inside : low;
}
