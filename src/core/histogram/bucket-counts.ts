import { sum, zeros } from '../statistics/column.ts';
import type { Buckets } from './exponential-histogram.ts';

/**
 * A histogram as the judge keeps it, in OTLP's words: `counts[i]` durations in bucket `offset + i`.
 * Dense, where `Buckets` are sparse: histograms add up column by column. Plain JSON.
 */
export interface BucketCounts {
  readonly offset: number;
  readonly counts: readonly number[];
}

export const noCounts: BucketCounts = { offset: 0, counts: [] };

/** A sparse histogram as a dense one. */
export function bucketCounts(buckets: Buckets): BucketCounts {
  const [filled, found]: [number[], number[]] = [[], []];
  let [lowest, highest] = [Infinity, -Infinity];
  for (const key in buckets) {
    const [bucket, count] = [Number(key), buckets[key] ?? 0];
    if (count === 0) continue;
    filled.push(bucket);
    found.push(count);
    if (bucket < lowest) lowest = bucket;
    if (bucket > highest) highest = bucket;
  }
  if (filled.length === 0) return noCounts;
  const counts = zeros(highest - lowest + 1);
  for (let at = 0; at < filled.length; at += 1) {
    counts[(filled[at] ?? lowest) - lowest] = found[at] ?? 0;
  }
  return { offset: lowest, counts };
}

/** A dense histogram as a sparse one. */
export function filledBuckets({ offset, counts }: BucketCounts): Buckets {
  const buckets: Record<string, number> = {};
  for (const [at, count] of counts.entries()) if (count !== 0) buckets[offset + at] = count;
  return buckets;
}

/** The sum of histograms; none of them is changed. */
export function addCounts(...histograms: readonly BucketCounts[]): BucketCounts {
  let [only, filled, lowest, end] = [noCounts, 0, Infinity, -Infinity];
  for (const histogram of histograms) {
    const { offset, counts } = histogram;
    if (counts.length === 0) continue;
    only = histogram;
    filled += 1;
    if (offset < lowest) lowest = offset;
    if (offset + counts.length > end) end = offset + counts.length;
  }
  if (filled < 2) return only;
  const whole = zeros(end - lowest);
  for (const { offset, counts } of histograms) {
    for (let at = 0, to = offset - lowest; at < counts.length; at += 1, to += 1) {
      whole[to] = (whole[to] ?? 0) + (counts[at] ?? 0);
    }
  }
  return { offset: lowest, counts: whole };
}

/** The same histogram without empty buckets at its ends; itself where it has none. */
export function trimmed(histogram: BucketCounts): BucketCounts {
  const { offset, counts } = histogram;
  let first = 0;
  while (first < counts.length && counts[first] === 0) first += 1;
  if (first === counts.length) return noCounts;
  let end = counts.length;
  while (counts[end - 1] === 0) end -= 1;
  if (first === 0 && end === counts.length) return histogram;
  return { offset: offset + first, counts: counts.slice(first, end) };
}

/** How many durations a histogram holds. */
export function totalCount({ counts }: BucketCounts): number {
  return sum(counts);
}

/** How many durations are longer than the upper boundary of `bucket`. Exact, nothing is interpolated. */
export function countAbove({ offset, counts }: BucketCounts, bucket: number): number {
  let above = 0;
  for (let at = Math.max(0, bucket + 1 - offset); at < counts.length; at += 1) {
    above += counts[at] ?? 0;
  }
  return above;
}
