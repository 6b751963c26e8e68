/** A column of zeros. */
export function zeros(length: number): number[] {
  const column: number[] = [];
  for (let row = 0; row < length; row += 1) column.push(0);
  return column;
}

/** Sum of a column, from its first row on. By index: every tick sums dozens of columns. */
export function sum(column: ArrayLike<number>): number {
  let whole = 0;
  for (let row = 0; row < column.length; row += 1) whole += column[row] ?? 0;
  return whole;
}
