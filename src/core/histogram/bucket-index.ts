/** Buckets per doubling: scale 4 of exponential histograms, 4.4 % wide. */
export const bucketsPerDoubling = 16;

/** Shorter durations fall into the bucket of this one: a microsecond, below what is worth telling apart. */
const shortest = 1e-6;

/** Upper bound of bucket `index`, in seconds; the bucket holds (2^(index/16), 2^((index+1)/16)]. */
export function bucketUpperBound(index: number): number {
  return 2 ** ((index + 1) / bucketsPerDoubling);
}

/** The bucket of a duration in seconds, by OTLP's indexing at scale 4. */
export function bucketIndex(seconds: number): number {
  const value = seconds > shortest ? seconds : shortest;
  const index = Math.ceil(Math.log2(value) * bucketsPerDoubling) - 1;
  // The logarithm may be off by one place in the last digit: the bounds decide.
  if (value > bucketUpperBound(index)) return index + 1;
  return value <= bucketUpperBound(index - 1) ? index - 1 : index;
}
