import type { TableCatalog } from '../catalog.ts';

/**
 * What a partition alone asks of a column, in words; null where none does. The sync minds what the whole
 * table asks, and contract frees the column of it: of this neither knows.
 */
export function ownOfPart({ partitions }: TableCatalog, column: string): string | null {
  for (const { name, notNull = [], constraints, indexes } of partitions) {
    const key = indexes.find((one) => one.constraint !== null && isOwnOver(one, column));
    const own = constraints.find((one) => isOwnOver(one, column)) ?? key;
    const what = notNull.includes(column) ? 'NOT NULL' : own?.name;
    if (what === undefined) continue;
    return `partition ${name} alone has ${what} on "${column}". Take it away first, or give it to the whole table.`;
  }
  return null;
}

const isOwnOver = (
  one: { readonly of: string | null; readonly columns: readonly string[] },
  column: string,
): boolean => one.of === null && one.columns.includes(column);
