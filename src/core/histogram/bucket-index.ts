/** The scale of our own histograms: 16 buckets per doubling, each 4.4 % wide. */
export const ownScale = 4;

/** Shorter durations fall into the bucket of this one: a microsecond, below what is worth telling apart. */
export const shortest = 1e-6;

/** No duration is longer than 2^20 s, twelve days; what is told as such falls into that bucket. */
export const longest = 2 ** 20;

/**
 * Upper bound of bucket `index` of an exponential histogram, in seconds. At scale `s` the bucket holds
 * (2^(index/2^s), 2^((index+1)/2^s)], which is OTLP's indexing.
 */
export function bucketUpperBound(index: number, scale = ownScale): number {
  return 2 ** ((index + 1) / 2 ** scale);
}

/** Bounds of our own scale from `first` on, up to 2^20 s: a power each would cost more than all the rest. */
const first = -330;
const ownBounds = Float64Array.from({ length: 20 * 2 ** ownScale - first }, (_, n) =>
  bucketUpperBound(first + n),
);

/** The bucket of a duration in seconds, by OTLP's indexing. */
export function bucketIndex(seconds: number, scale = ownScale): number {
  const value = seconds > shortest ? seconds : shortest;
  const index = Math.ceil(Math.log2(value) * 2 ** scale) - 1;
  // The logarithm may be off by one place in the last digit: the bounds decide.
  if (value > boundOf(index, scale)) return index + 1;
  return value <= boundOf(index - 1, scale) ? index - 1 : index;
}

function boundOf(index: number, scale: number): number {
  const own = scale === ownScale ? ownBounds[index - first] : undefined;
  return own ?? bucketUpperBound(index, scale);
}
