import { tableState } from '../change.ts';
import type { ChangeStatement, Scene } from '../change.ts';
import { qualified } from '../identifier.ts';

/**
 * Reads no row, and fails, with all of expand, when an expression means nothing to the server: long
 * before it would be found out by an index or a constraint.
 */
export function compiled(
  { migration, table, operation }: Scene & { readonly operation: { readonly table: string } },
  { values = [], conditions = [] }: Expressions,
): readonly ChangeStatement[] {
  if (values.length === 0 && conditions.length === 0) return [];
  if (table !== null && tableState(migration, table) !== 'old') return [];
  const where = qualified(migration.schema, table?.name ?? operation.table);
  const read = values.map((one) => `(${one})`).join(', ');
  const all = ['false', ...conditions.map((one) => `(${one})`)].join(' AND ');
  return [
    { sql: `SELECT ${read} FROM ${where} AS _row WHERE ${all}`, lock: 'AccessShare', tries: true },
  ];
}

interface Expressions {
  readonly values?: readonly string[];
  readonly conditions?: readonly string[];
}
