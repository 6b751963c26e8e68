/**
 * Names in evidence that stand for no unit in particular. Cohorts are judged by what they did, but no
 * route can name them: they cannot be pinned, quarantined or put into a ring.
 */

/** All calls that belong to no unit. */
export const unitOfNone = '~without-unit';

const bucketPrefix = '~bucket-';

/** One of the buckets that units share when there are too many to be named. */
export function bucketUnit(bucket: number): string {
  return `${bucketPrefix}${bucket}`;
}

/** True for the names above. */
export function isSharedUnit(name: string): boolean {
  return name === unitOfNone || name.startsWith(bucketPrefix);
}
