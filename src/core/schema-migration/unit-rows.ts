import { qualified, quoteExisting, quoteLiteral } from './identifier.ts';

/** The rows of one unit. */
export interface UnitRows {
  readonly unit: string;
  /** The column that holds the unit, by table; a table that is not named does not know it. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A table's rows of one unit, to be read as a table; null where the table does not know it. */
export function rowsOfUnit(
  schema: string,
  table: string,
  { unit, columns }: UnitRows,
): string | null {
  const column = Object.hasOwn(columns, table) ? columns[table] : undefined;
  if (column === undefined) return null;
  // The literal takes the column's type, so that an index over it serves.
  return `(SELECT * FROM ${qualified(schema, table)} WHERE ${quoteExisting(column)} = ${quoteLiteral(unit)})`;
}
