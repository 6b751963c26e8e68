import { bucketIndex, longest, ownScale, shortest } from './bucket-index.ts';
import type { BucketLayout } from './bucket-layout.ts';
import type { Buckets } from './exponential-histogram.ts';

/**
 * A bucket of a native histogram as the HTTP API of Prometheus tells it: how much was longer than `left`
 * and at most `right`, in the metric's own unit. Empty buckets are not told. The zero bucket reaches as
 * far below 0 as above it, and as far as its threshold, which cuts off the bucket that follows.
 */
export interface NativeBucket {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

type Bounds = Pick<NativeBucket, 'left' | 'right'>;
type Exponential = Extract<BucketLayout, { kind: 'exponential' }>;

/** Schemas of exponential histograms that Prometheus knows; they are scales. */
const [coarsest, finest] = [-4, 8];

/** What a bound's logarithm may be off by: much more than rounding, much less than a bucket. */
const tolerance = 1e-6;

/** Beyond these, bounds are where numbers end, not powers. */
const [tiny, huge] = [1e-300, 1e300];

/**
 * The finest scale, at most our own, whose buckets each hold whole ones of these. Null when some are not
 * exponential: they are of bounds that somebody chose, which Prometheus calls custom buckets.
 */
export function nativeScale(buckets: readonly Bounds[]): number | null {
  let scale = ownScale;
  for (const bucket of buckets) {
    const own = scaleOf(bucket);
    if (own === null) return null;
    if (own < scale) scale = own;
  }
  return scale;
}

/**
 * One that the zero bucket has cut is narrower, and ends with its scale's bucket all the same: it may
 * count as one of a finer scale.
 */
function scaleOf(bucket: Bounds): number | null {
  const { left, right } = bucket;
  if (isZero(bucket) || right < tiny || left > huge) return ownScale;
  const width = Math.log2(right / left);
  const scale = Math.min(finest, Math.floor(tolerance - Math.log2(width)));
  const place = Math.log2(right) * 2 ** scale;
  const isPower = Math.abs(place - Math.round(place)) < tolerance;
  return scale >= coarsest && isPower ? scale : null;
}

function isZero({ left, right }: Bounds): boolean {
  return left === -right && Number.isFinite(right);
}

/**
 * The buckets joined to those of an exponential layout no finer than `nativeScale`. Exact, but for what
 * is below `floor`, which counts in that bucket, as what is out of bounds counts in the outermost ones.
 */
export function exponentialBuckets(
  buckets: readonly NativeBucket[],
  { scale, perSecond = 1 }: Exponential,
  floor: number,
): Buckets {
  const lowest = Math.max(floor, bucketIndex(shortest * perSecond, scale));
  const highest = bucketIndex(longest * perSecond, scale);
  const joined: Record<string, number> = {};
  for (const { right, count } of buckets) {
    const bucket = Math.min(highest, Math.max(lowest, endingAt(right, scale)));
    joined[bucket] = (joined[bucket] ?? 0) + count;
  }
  return joined;
}

/** The bucket of a zero bucket's threshold, below which nothing can be told apart; -Infinity without one. */
export function zeroFloor(buckets: readonly Bounds[], scale: number): number {
  const zero = buckets.find(isZero);
  return zero === undefined ? -Infinity : endingAt(zero.right, scale);
}

/** The bucket that holds durations just below a bound: bounds are powers, but for rounding. */
function endingAt(bound: number, scale: number): number {
  return Math.ceil(Math.log2(bound) * 2 ** scale - tolerance) - 1;
}

/** All positive bounds that buckets have, rising. */
export function boundsOf(buckets: Iterable<Bounds>): readonly number[] {
  const found = new Set<number>();
  for (const { left, right } of buckets) found.add(left).add(right);
  return [...found]
    .filter((bound) => bound > 0 && Number.isFinite(bound))
    .toSorted((a, b) => a - b);
}

/** The bounds that cut none of these buckets in two. */
export function boundsBetween(
  bounds: readonly number[],
  buckets: readonly Bounds[],
): readonly number[] {
  return bounds.filter(
    (bound) => !buckets.some(({ left, right }) => left < bound && bound < right),
  );
}

/** The buckets by bounds that cut none of them; the last one holds what is longer than all bounds. */
export function explicitBuckets(
  buckets: readonly NativeBucket[],
  bounds: readonly number[],
): Buckets {
  const joined: Record<string, number> = {};
  for (const { right, count } of buckets) {
    const index = bounds.findIndex((bound) => bound >= right);
    const bucket = index === -1 ? bounds.length : index;
    joined[bucket] = (joined[bucket] ?? 0) + count;
  }
  return joined;
}
