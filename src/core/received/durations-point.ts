import { addCounts, type BucketCounts, trimmed } from '../histogram/bucket-counts.ts';
import { bucketIndex, longest, ownScale } from '../histogram/bucket-index.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';
import { zeros } from '../statistics/column.ts';
import type { PointValue } from './series-point.ts';

type Durations = Extract<PointValue, { kind: 'durations' }>;

/** An exponential histogram as it is sent, in seconds; see the OpenTelemetry data model. */
export interface SentExponential {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] };
}

/** The coarsest scale that the data model allows. */
const coarsest = -10;

/**
 * An exponential histogram, no finer than our own scale, so that a few hundred buckets hold whatever
 * is sent. Joining buckets is exact. Null when it is no histogram of durations.
 */
export function exponentialDurations(sent: SentExponential): Durations | null {
  const { scale, zeroCount, positive } = sent;
  if (!Number.isInteger(scale) || scale < coarsest || scale > 20 || !isCount(zeroCount))
    return null;
  const target = Math.min(scale, ownScale);
  const [lowest, highest] = [bucketIndex(0, target), bucketIndex(longest, target)];
  const { offset, bucketCounts } = positive;
  const end = offset + bucketCounts.length - 1;
  // Most need no joining. What they hold stays the small whole numbers that are quickest to work with.
  const isAsSent = scale === target && offset >= lowest && end <= highest;
  const joined = isAsSent
    ? sentBuckets(positive)
    : joinedBuckets(positive, scale - target, [lowest, highest]);
  if (joined === null) return null;
  const layout = layouts[target - coarsest] ?? { kind: 'exponential', scale: target };
  const none = { offset: lowest, counts: zeroCount === 0 ? [] : [zeroCount] };
  return { kind: 'durations', layout, durations: addCounts(none, trimmed(joined)) };
}

/** One object for each scale, so that equal layouts are found to be equal at once. */
const layouts: readonly BucketLayout[] = Array.from(
  { length: ownScale - coarsest + 1 },
  (_, n) => ({ kind: 'exponential', scale: coarsest + n }),
);

function sentBuckets({ offset, bucketCounts }: SentExponential['positive']): BucketCounts | null {
  return Number.isInteger(offset) && areCounts(bucketCounts)
    ? { offset, counts: bucketCounts }
    : null;
}

/** Buckets `by` scales coarser; those outside of the bounds count in the outermost ones. */
function joinedBuckets(
  { offset, bucketCounts }: SentExponential['positive'],
  by: number,
  [lowest, highest]: readonly [number, number],
): BucketCounts | null {
  if (!Number.isInteger(offset)) return null;
  const held = (bucket: number): number => Math.min(highest, Math.max(lowest, bucket));
  const width = 2 ** by;
  const first = held(Math.floor(offset / width));
  const last = held(Math.floor((offset + bucketCounts.length - 1) / width));
  const counts = zeros(last - first + 1);
  for (let at = 0; at < bucketCounts.length; at += 1) {
    const count = bucketCounts[at] ?? 0;
    if (!isCount(count)) return null;
    if (count === 0) continue;
    const place = held(Math.floor((offset + at) / width)) - first;
    counts[place] = (counts[place] ?? 0) + count;
  }
  return { offset: first, counts };
}

/** More bounds than this are no histogram that anybody set up on purpose. */
const mostBounds = 500;

/** A histogram with bounds of its own, in seconds. Null when bounds and counts do not fit. */
export function explicitDurations(
  bounds: readonly number[],
  counts: readonly number[],
): Durations | null {
  const rises = bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? Infinity));
  const fits = counts.length === bounds.length + 1 && areCounts(counts);
  if (bounds.length === 0 || bounds.length > mostBounds || !rises || !fits) return null;
  if (!bounds.every(Number.isFinite)) return null;
  const durations: BucketCounts = trimmed({ offset: 0, counts });
  return { kind: 'durations', layout: { kind: 'explicit', bounds }, durations };
}

function areCounts(counts: readonly number[]): boolean {
  return counts.every(isCount);
}

/** Larger numbers cannot be told apart any more. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
