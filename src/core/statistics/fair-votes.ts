/**
 * How many failures of one unit count, where `expected` would be usual at the rate of all units at
 * this time: two deviations more, rounded up, and at least one. One unit whose requests fail in
 * bursts is one voice; an incident that strikes everybody raises what is usual, so all of it counts.
 */
export function mostVotes(expected: number): number {
  return Math.max(1, Math.ceil(expected + 2 * Math.sqrt(expected)));
}
