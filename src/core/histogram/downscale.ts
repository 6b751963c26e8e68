/**
 * The bucket that holds bucket `index` of an exponential histogram when its scale is lowered by `by`,
 * in OTLP's indexing: bucket i covers (2^(i/2^s), 2^((i+1)/2^s)]. Each step joins buckets 2i and 2i+1.
 * Division, not a shift: indices of high scales do not fit into 32 bits.
 */
export function downscaleOtlp(index: number, by: number): number {
  return Math.floor(index / 2 ** by);
}
