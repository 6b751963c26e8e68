import type { ColumnPair } from './column-pair.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { isRowOf } from './key-sql.ts';

/** The keys that are asked about, a JSON array of them. */
export const KEYS = 'jsonb_array_elements($1::jsonb) k(key)';

/**
 * Says how rows differ without saying what they hold: `{ key, columns }`, as in `DifferingRow`.
 * @param table SQL of the rows, under the alias `_row`
 * @param place what the new value is called
 */
export function describeRow(pair: ColumnPair, table: string, place: string): string {
  const column = describedColumn(
    place,
    `_row.${quoteExisting(pair.fed.name)}`,
    `_row.${quoteIdentifier(pair.column)}`,
  );
  return `SELECT k.key, jsonb_build_array(${column}) AS columns FROM ${KEYS}, ${table} WHERE ${isRowOf(pair.key, 'k.key')}`;
}

/** @param old SQL of the old value; `fresh`: of the new one */
export function describedColumn(place: string, old: string, fresh: string): string {
  return (
    `jsonb_build_object('place', ${quoteLiteral(place)}::text, ` +
    `'kind', CASE WHEN ${fresh} IS NULL THEN 'missing' WHEN ${old} IS NULL THEN 'extra' ELSE 'differs' END, ` +
    `'old', length(${old}::text), 'new', length(${fresh}::text))`
  );
}
