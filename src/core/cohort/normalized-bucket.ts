import { murmur3 } from './murmur3.ts';

/**
 * The bucket of a unit, 1 to `buckets`, as Unleash's strategies compute it: a unit is in a share of
 * `n` percent when its bucket of 100 is at most `n`. The same id and group give the same bucket for
 * ever, so a growing share only adds units.
 */
export function normalizedBucket(id: string, groupId: string, buckets = 100, seed = 0): number {
  return (murmur3(`${groupId}:${id}`, seed) % buckets) + 1;
}
