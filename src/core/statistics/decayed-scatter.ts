import { decayed, sum } from './column.ts';

/** Failures of each unit beside those that were expected of it, older ones counting less. */
export interface DecayedScatter {
  readonly counted: readonly number[];
  readonly expected: readonly number[];
  /** All failures, weighted by the square of the weight they have above: the variance if independent. */
  readonly variance: number;
}

export const noDecayedScatter: DecayedScatter = { counted: [], expected: [], variance: 0 };

/** The sums after a tick of `seconds`, everything before it halved every `halfLife` seconds. */
export function addTick(
  before: DecayedScatter,
  counted: readonly number[],
  expected: readonly number[],
  { seconds, halfLife }: { readonly seconds: number; readonly halfLife: number },
): DecayedScatter {
  const kept = 2 ** (-seconds / halfLife);
  return {
    counted: decayed(before.counted, counted, kept),
    expected: decayed(before.expected, expected, kept),
    variance: before.variance * kept * kept + sum(counted),
  };
}

/** Fewer weighted failures than this tell nothing. */
const fewestFailures = 5;

/**
 * How much more than independent failures the counts of units scatter around their expected shares
 * right now; null while there are too few. Asked of the old cohort alone, where the new side can have
 * done nothing, it tells a cluster of the environment (a failing shard) from harm by the migration.
 *
 * The weighted count of unit u has the variance Σ weight² × rate if its failures are independent, so
 * Σ (count - share × all)² over the sum of those variances is about 1 then. Source: Kish 1965, *Survey
 * sampling* (design effect); Rao & Scott 1992.
 */
export function unitDispersion({ counted, expected, variance }: DecayedScatter): number | null {
  let all = 0;
  let usual = 0;
  for (let unit = 0; unit < counted.length; unit += 1) {
    all += counted[unit] ?? 0;
    usual += expected[unit] ?? 0;
  }
  if (all < fewestFailures || usual <= 0 || variance <= 0) return null;
  const rate = all / usual;
  let squares = 0;
  for (let unit = 0; unit < counted.length; unit += 1) {
    const surprise = (counted[unit] ?? 0) - rate * (expected[unit] ?? 0);
    squares += surprise * surprise;
  }
  return squares / variance;
}
