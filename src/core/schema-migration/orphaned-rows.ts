import type { Relation } from './change.ts';
import { quoteExisting } from './identifier.ts';

/** True, in SQL, for a row `_row` that leads nowhere in another table; one with a NULL is free to. */
export function orphanedRows(
  columns: readonly string[],
  { schema, name }: Relation,
  keys: readonly string[],
): string {
  const known = columns.map((one) => `_row.${quoteExisting(one)} IS NOT NULL`).join(' AND ');
  const same = columns.map(
    (one, at) => `_parent.${quoteExisting(keys[at] ?? '')} = _row.${quoteExisting(one)}`,
  );
  const other = `${quoteExisting(schema)}.${quoteExisting(name)}`;
  return `${known} AND NOT EXISTS (SELECT 1 FROM ${other} AS _parent WHERE ${same.join(' AND ')})`;
}
