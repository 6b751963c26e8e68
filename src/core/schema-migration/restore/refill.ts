import { quoteExisting } from '../identifier.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { columnsIn, matchTables, placeOf } from './matched.ts';
import type { Standing } from './standing.ts';

/** Rows of one statement: so few that nobody waits for them. */
const AT_ONCE = 5_000;

/**
 * Gives rows that were written since contract what the old version insists on, so many at a time, by
 * what gave it before: `down` of the operation, or the column's default. To be repeated until nothing
 * is written; yields no rows. Rows of two partitions may stand at the same place, so the look is had twice.
 */
export function refills(
  migration: SchemaMigration,
  was: Standing,
  is: Standing,
): readonly string[] {
  return matchTables(was, is).flatMap((table) =>
    columnsIn(table)
      .filter((column) => column.was.notNull && !column.is.notNull)
      .flatMap((column) => {
        const value =
          givenBy(migration, table.was.name, column.was.name) ??
          (column.was.default === null ? null : 'DEFAULT');
        if (value === null) return [];
        const [where, name] = [placeOf(table.was), quoteExisting(column.was.name)];
        return [
          `UPDATE ${where} SET ${name} = ${value} WHERE ${name} IS NULL AND ctid = ANY(ARRAY(SELECT ctid FROM ${where} WHERE ${name} IS NULL LIMIT ${AT_ONCE})) RETURNING 1`,
        ];
      }),
  );
}

/** What the author says for rows that the new version inserts. */
function givenBy({ operations }: SchemaMigration, table: string, column: string): string | null {
  const found = operations.find(
    (one) => one.operation === 'dropColumn' && one.table === table && one.column === column,
  );
  return found?.operation === 'dropColumn' && found.down !== undefined ? `(${found.down})` : null;
}
