import { murmur3 } from './murmur3.ts';

/** Buckets that units share where they cannot be named: in metrics, and where there are too many. */
export const unitBuckets = 64;

/** 0 to 63; the same for a unit in every process. */
export function unitBucket(unit: string): number {
  return murmur3(unit) % unitBuckets;
}
