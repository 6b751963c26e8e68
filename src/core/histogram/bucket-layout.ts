import { type BucketCounts, bucketCounts, filledBuckets } from './bucket-counts.ts';
import { bucketUpperBound, ownScale } from './bucket-index.ts';
import { downscaleOtlp } from './downscale.ts';
import type { Buckets } from './exponential-histogram.ts';

/**
 * What the bucket numbers of a histogram mean. `exponential`: OTLP's indexing at `scale`, in seconds, or
 * in the unit of which `perSecond` make one: no power of two of milliseconds is one of seconds.
 * `explicit`: bucket i holds durations above `bounds[i-1]` and up to `bounds[i]`, in seconds; the
 * last bucket, `bounds.length`, holds what is longer than all bounds. Bounds rise strictly.
 */
export type BucketLayout =
  | { readonly kind: 'exponential'; readonly scale: number; readonly perSecond?: number }
  | { readonly kind: 'explicit'; readonly bounds: readonly number[] };

/** The layout of our own SDK. */
export const ownLayout: BucketLayout = { kind: 'exponential', scale: ownScale };

/** Upper bound of a bucket in seconds; Infinity for an explicit layout's last one. */
export function upperBound(layout: BucketLayout, bucket: number): number {
  return layout.kind === 'exponential'
    ? bucketUpperBound(bucket, layout.scale) / (layout.perSecond ?? 1)
    : (layout.bounds[bucket] ?? Infinity);
}

/** True when bucket numbers of both mean the same. */
export function isSameLayout(a: BucketLayout, b: BucketLayout): boolean {
  if (a === b) return true;
  if (a.kind === 'exponential') {
    return b.kind === 'exponential' && a.scale === b.scale && a.perSecond === b.perSecond;
  }
  return b.kind === 'explicit' && a.bounds.join() === b.bounds.join();
}

/** A text that is the same for layouts that are the same, and for no others. */
export function layoutName(layout: BucketLayout): string {
  if (layout.kind === 'explicit') return `bounds ${layout.bounds.join()}`;
  const { scale, perSecond = 1 } = layout;
  return `scale ${scale}, ${perSecond}`;
}

/**
 * The finest layout that histograms of both can be brought to without guessing: the lower scale, or
 * the bounds that both have. Null where there is none, as between exponential and explicit buckets, or
 * between powers of two of different units.
 */
export function commonLayout(a: BucketLayout, b: BucketLayout): BucketLayout | null {
  if (isSameLayout(a, b)) return a;
  if (a.kind === 'exponential' && b.kind === 'exponential') {
    if (a.perSecond !== b.perSecond) return null;
    return a.scale < b.scale ? a : b;
  }
  if (a.kind !== 'explicit' || b.kind !== 'explicit') return null;
  const bounds = a.bounds.filter((bound) => b.bounds.includes(bound));
  return bounds.length === 0 ? null : { kind: 'explicit', bounds };
}

/**
 * A histogram in a coarser layout, one that `commonLayout` gave for `from`. Exact: buckets are joined,
 * never split.
 */
export function convertBuckets(buckets: Buckets, from: BucketLayout, to: BucketLayout): Buckets {
  if (isSameLayout(from, to)) return buckets;
  const converted: Record<string, number> = {};
  for (const bucket in buckets) {
    const joined = joinedBucket(Number(bucket), from, to);
    converted[joined] = (converted[joined] ?? 0) + (buckets[bucket] ?? 0);
  }
  return converted;
}

/** As `convertBuckets`, of a dense histogram. */
export function convertCounts(
  counts: BucketCounts,
  from: BucketLayout,
  to: BucketLayout,
): BucketCounts {
  if (isSameLayout(from, to)) return counts;
  return bucketCounts(convertBuckets(filledBuckets(counts), from, to));
}

function joinedBucket(bucket: number, from: BucketLayout, to: BucketLayout): number {
  if (from.kind === 'exponential' && to.kind === 'exponential') {
    return downscaleOtlp(bucket, from.scale - to.scale);
  }
  if (to.kind !== 'explicit') return bucket;
  const bound = upperBound(from, bucket);
  const index = to.bounds.findIndex((known) => known >= bound);
  return index === -1 ? to.bounds.length : index;
}
