/** Sums over windows, per group of units: what Pearson's statistic needs, and no window by itself. */
export interface GroupScatter {
  readonly windows: number;
  /** Per group: failures, failures that were expected, failures² / expected. */
  readonly counted: readonly number[];
  readonly expected: readonly number[];
  readonly squares: readonly number[];
  /** Sum of expected² over all groups and windows. */
  readonly expectedSquares: number;
}

export function noScatter(groups: number): GroupScatter {
  const zeros = Array.from({ length: groups }, () => 0);
  return { windows: 0, counted: zeros, expected: zeros, squares: zeros, expectedSquares: 0 };
}

/**
 * The sums after one more window, with `counted[g]` failures in group g where `expected[g]` are its
 * part of the window's failures. A window without failures says nothing.
 */
export function addWindow(
  before: GroupScatter,
  counted: readonly number[],
  expected: readonly number[],
): GroupScatter {
  const all = expected.reduce((sum, e) => sum + e, 0);
  if (all <= 0) return before;
  const squared = expected.map((e, g) => (e > 0 ? (counted[g] ?? 0) ** 2 / e : 0));
  return {
    windows: before.windows + 1,
    counted: before.counted.map((sum, g) => sum + (counted[g] ?? 0)),
    expected: before.expected.map((sum, g) => sum + (expected[g] ?? 0)),
    squares: before.squares.map((sum, g) => sum + (squared[g] ?? 0)),
    expectedSquares: before.expectedSquares + expected.reduce((sum, e) => sum + e * e, 0),
  };
}

/** Fewer degrees of freedom than this tell nothing of the scatter. */
const fewestDegrees = 30;

/**
 * How much more than independent failures the counts of groups scatter from window to window:
 * Pearson's X² over its degrees of freedom, about 1 for independent ones. That a group always fails
 * more often than another is no scatter: each group is measured against its own rate, which turns
 * the sum of (x - re)² / re into Σx²/e × e/x - x. Null while too few windows are known.
 *
 * Source: McCullagh & Nelder 1989, *Generalized linear models*, 4.5.
 */
export function groupDispersion(scatter: GroupScatter): number | null {
  let statistic = 0;
  let groups = 0;
  for (const [g, counted] of scatter.counted.entries()) {
    if (counted <= 0) continue;
    statistic += ((scatter.squares[g] ?? 0) * (scatter.expected[g] ?? 0)) / counted - counted;
    groups += 1;
  }
  const degrees = (scatter.windows - 1) * (groups - 1);
  return degrees < fewestDegrees ? null : statistic / degrees;
}

/**
 * Variance of a group's relative rate between `long` windows that `short` ones do not show: what
 * drifts slowly, as a part of the rate, squared. A count with mean e scatters by φe + drift × e², so
 * the difference of two dispersions over the difference of their typical counts is the drift.
 */
export function slowDrift(short: GroupScatter, long: GroupScatter): number {
  const [few, many] = [groupDispersion(short), groupDispersion(long)];
  if (few === null || many === null) return 0;
  const typical = (scatter: GroupScatter): number =>
    scatter.expectedSquares / scatter.expected.reduce((sum, e) => sum + e, 0);
  const step = typical(long) - typical(short);
  return step <= 0 ? 0 : Math.max(0, (many - Math.max(1, few)) / step);
}
