import type { TableCatalog } from '../catalog.ts';

/**
 * True where the sync's own write could be refused, and so needs a handler. NOT NULL of the columns
 * that move is asked about beforehand. Of a partitioned table each partition may have triggers of its own.
 * @param columns those that the sync writes
 */
export function mayRefuse(table: TableCatalog, columns: readonly string[]): boolean {
  if (table.partitionedBy !== null) return true;
  const unique = table.indexes.filter((one) => one.unique);
  const bound = [...table.constraints, ...unique].some(({ columns: held }) =>
    held.some((name) => columns.includes(name)),
  );
  return bound || table.triggers.some((name) => !name.startsWith('zzz_crossfade_'));
}
