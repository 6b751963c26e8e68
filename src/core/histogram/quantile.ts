import { type BucketCounts, totalCount } from './bucket-counts.ts';
import { type BucketLayout, ownLayout, upperBound } from './bucket-layout.ts';

interface Found {
  readonly bucket: number;
  /** Part of the bucket's own count that lies at or below the quantile, 0 to 1. */
  readonly inside: number;
}

function find(histogram: BucketCounts, quantile: number): Found | null {
  const { offset, counts } = histogram;
  const wanted = quantile * totalCount(histogram);
  let below = 0;
  for (let at = 0; at < counts.length; at += 1) {
    const count = counts[at] ?? 0;
    if (count > 0 && below + count >= wanted) {
      return { bucket: offset + at, inside: (wanted - below) / count };
    }
    below += count;
  }
  return null;
}

/**
 * The bucket that holds the quantile (0 to 1): the lowest one whose upper boundary has at least that
 * part of all durations at or below it. Null for an empty histogram. This is what tests use.
 */
export function quantileBucket(histogram: BucketCounts, quantile: number): number | null {
  return find(histogram, quantile)?.bucket ?? null;
}

/**
 * The quantile of an exponential histogram as a place among its buckets: 7.25 is a quarter into bucket
 * 7. Tells how far two histograms of one layout are apart. Null for an empty histogram.
 */
export function quantilePlace(histogram: BucketCounts, part: number): number | null {
  const found = find(histogram, part);
  return found === null ? null : found.bucket + found.inside;
}

/**
 * The quantile in seconds, for people: inside its bucket it is interpolated, on the logarithm in
 * exponential buckets, which at our own scale is a guess of at most 4.43 %. What is longer than all
 * explicit bounds is shown as the highest bound. Never judge by it. Null for an empty histogram.
 */
export function quantile(
  histogram: BucketCounts,
  part: number,
  layout: BucketLayout = ownLayout,
): number | null {
  const found = find(histogram, part);
  if (found === null) return null;
  const { bucket, inside } = found;
  if (layout.kind === 'exponential') {
    return 2 ** ((bucket + inside) / 2 ** layout.scale) / (layout.perSecond ?? 1);
  }
  const low = bucket === 0 ? 0 : (layout.bounds[bucket - 1] ?? 0);
  const high = upperBound(layout, bucket);
  return Number.isFinite(high) ? low + (high - low) * inside : low;
}
