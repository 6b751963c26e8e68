import { bucketIndex } from './bucket-index.ts';

/**
 * Durations as a sparse exponential histogram of scale 4, in seconds: bucket `i` counts durations in
 * (2^(i/16), 2^((i+1)/16)], which is OTLP's indexing. One bucket is 4.43 % wide. Keys are whole
 * numbers as text, values whole counts. Buckets are fixed, so histograms of any two processes add up
 * without loss, and a bucket boundary is an exact threshold.
 */
export type Buckets = Readonly<Record<string, number>>;

/** Counts one duration, in seconds, into `buckets` itself: it runs once per request. */
export function recordDuration(buckets: Record<string, number>, seconds: number): void {
  const bucket = bucketIndex(seconds);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

function isEmpty(buckets: Buckets): boolean {
  for (const bucket in buckets) if (bucket !== '') return false;
  return true;
}

/** The sum of histograms; none of them is changed. */
export function mergeBuckets(...histograms: readonly Buckets[]): Buckets {
  const filled = histograms.filter((histogram) => !isEmpty(histogram));
  const [only] = filled;
  if (only !== undefined && filled.length === 1) return only;
  const merged: Record<string, number> = {};
  for (const histogram of filled) {
    for (const bucket in histogram) {
      merged[bucket] = (merged[bucket] ?? 0) + (histogram[bucket] ?? 0);
    }
  }
  return merged;
}
