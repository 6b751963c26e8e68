import { sum, zeros } from '../../statistics/column.ts';
import { outstanding } from '../../statistics/poisson-tail.ts';
import { type Margin, toleratedRate } from '../../statistics/two-streams.ts';

/** What a cohort's units did in a minute, by row. */
export interface MinuteColumns {
  readonly requests: readonly number[];
  readonly failed: readonly number[];
}

/**
 * Failures per request that are tolerated of a unit in a minute: beyond what was usual before or, where
 * that is more, among the old side's units in this minute.
 */
export function toleratedIn(
  { requests, failed }: MinuteColumns,
  usualRate: number,
  tolerate: Margin,
): number {
  const made = sum(requests);
  const now = made === 0 ? 0 : sum(failed) / made;
  return toleratedRate(Math.max(usualRate, now), tolerate);
}

/** Failures that make a minute with so many requests bad: more than what is tolerated explains. */
export function leastBad(requests: number, tolerated: number): number {
  return outstanding(requests * tolerated);
}

/** 1 for each row whose minute was bad. */
export function badRows({ requests, failed }: MinuteColumns, tolerated: number): number[] {
  const bad = zeros(failed.length);
  for (let row = 0; row < failed.length; row += 1) {
    const count = failed[row] ?? 0;
    if (count > 0 && count >= leastBad(requests[row] ?? 0, tolerated)) bad[row] = 1;
  }
  return bad;
}
