/**
 * Upper ends of the ramp groups, in buckets of 100. The shares that ramps stop at lie on them, so a
 * growing canary mostly takes in whole groups, and several groups remain on either side.
 */
export const rampGroupEnds: readonly number[] = [1, 5, 10, 25, 37, 50, 75, 90, 95, 100];

export const rampGroups = rampGroupEnds.length;

/** The ramp group, 0 to 9, of a unit whose normalized bucket is `bucket`, 1 to 100. */
export function rampGroup(bucket: number): number {
  const group = rampGroupEnds.findIndex((end) => bucket <= end);
  return group === -1 ? rampGroups - 1 : group;
}
