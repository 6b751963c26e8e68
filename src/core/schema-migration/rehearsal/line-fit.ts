/** What was measured at one size. */
export interface MeasuredPoint {
  readonly rows: number;
  readonly value: number;
}

/** A value that was not measured, and the interval that holds it in 95 of 100 cases. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1 on. */
const QUANTILES = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const NORMAL = 1.96;

/**
 * Lays a line through what was measured at several sizes, and follows it to another one. Small sizes
 * are measured more exactly than large ones, so they weigh more: by 1 / rows. A slope that may be nothing but
 * unrest is none: followed to a table a hundred times as large it would tell of seconds where there are
 * milliseconds. Then it is the middle one of what was measured, between the extremes.
 * @returns null for fewer than three points, or for points of one size
 */
export function extrapolated(points: readonly MeasuredPoint[], rows: number): Estimate | null {
  const weighted = points.map((point) => ({ ...point, weight: 1 / Math.max(1, point.rows) }));
  const total = sum(weighted, ({ weight }) => weight);
  const meanRows = sum(weighted, ({ weight, rows: x }) => weight * x) / total;
  const meanValue = sum(weighted, ({ weight, value }) => weight * value) / total;
  const spread = sum(weighted, ({ weight, rows: x }) => weight * (x - meanRows) ** 2);
  const freedom = points.length - 2;
  if (freedom < 1 || spread === 0) return null;
  const slope =
    sum(weighted, ({ weight, rows: x, value }) => weight * (x - meanRows) * (value - meanValue)) /
    spread;
  const at = (x: number): number => meanValue + slope * (x - meanRows);
  const variance =
    sum(weighted, ({ weight, rows: x, value }) => weight * (value - at(x)) ** 2) / freedom;
  const quantile = QUANTILES[freedom - 1] ?? NORMAL;
  if (slope <= quantile * Math.sqrt(variance / spread)) return middle(points);
  const error = Math.sqrt(
    variance * (Math.max(1, rows) + 1 / total + (rows - meanRows) ** 2 / spread),
  );
  const reach = quantile * error;
  const value = Math.max(0, at(rows));
  return { value, low: Math.max(0, value - reach), high: value + reach };
}

/**
 * What grows with the rows and with nothing else: the middle one of what a row took at several sizes, times the rows.
 * Who disturbs two measurements of five does not move it, and the least and the most hold the true middle in 94 of
 * 100 cases (the sign test of five), whatever the unrest is like.
 * @returns null for fewer than three points, or where one has no rows
 */
export function proportional(points: readonly MeasuredPoint[], rows: number): Estimate | null {
  if (points.length < 3 || points.some((one) => one.rows <= 0)) return null;
  const { value, low, high } = middle(
    points.map((one) => ({ rows: one.rows, value: one.value / one.rows })),
  );
  return { value: value * rows, low: low * rows, high: high * rows };
}

function middle(points: readonly MeasuredPoint[]): Estimate {
  const sorted = points.map(({ value }) => value).toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  return { value: at(0.5), low: at(0), high: at(1) };
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((before, item) => before + of(item), 0);
}
