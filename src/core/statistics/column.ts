import { nearest } from './nearest.ts';

/**
 * Zeros to copy from: a copy is quicker than a column that grows row by row, and takes no more memory.
 * They begin as fractions, so that a column need not be rewritten when the first fraction is stored.
 */
const spare: number[] = [0.5];

/** A column of zeros. */
export function zeros(length: number): number[] {
  spare[0] = 0;
  while (spare.length < length) spare.push(0);
  return spare.slice(0, length);
}

/** Sum of a column, from its first row on. By index, which is quickest: a tick sums dozens of columns. */
export function sum(column: readonly number[]): number {
  let whole = 0;
  for (let row = 0; row < column.length; row += 1) whole += column[row] ?? 0;
  return whole;
}

/** A copy with at least `length` rows, 0 where there was none. */
export function widened(column: readonly number[], length: number): number[] {
  if (column.length === 0) return zeros(length);
  return column.length < length ? column.concat(zeros(length - column.length)) : column.slice();
}

/** Two columns together; the first may be shorter. */
export function both(a: readonly number[], b: readonly number[]): number[] {
  const whole = widened(a, b.length);
  for (let row = 0; row < b.length; row += 1) whole[row] = (whole[row] ?? 0) + (b[row] ?? 0);
  return whole;
}

/** A copy with what is in `rows` of `now` added; the first may be shorter. */
export function increased(
  before: readonly number[],
  now: readonly number[],
  rows: Int32Array,
): readonly number[] {
  const whole = widened(before, now.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    whole[row] = (whole[row] ?? 0) + (now[row] ?? 0);
  }
  return whole;
}

/** Every row of a column times `factor`. */
export function times(column: readonly number[], factor: number): readonly number[] {
  const product = column.slice();
  for (let row = 0; row < product.length; row += 1) product[row] = (product[row] ?? 0) * factor;
  return product;
}

/**
 * A column of sums that forget: what was there weighs `kept` of what it did, then `now` is added; the
 * column may be shorter. Sums are kept to a thousandth, which is far below one event and keeps them
 * short when they are written down.
 */
export function decayed(
  before: readonly number[],
  now: readonly number[],
  kept: number,
): readonly number[] {
  const next = widened(before, now.length);
  for (let row = 0; row < now.length; row += 1) {
    next[row] = nearest(((next[row] ?? 0) * kept + (now[row] ?? 0)) * 1000) / 1000;
  }
  return next;
}
