import { blocks, NO_RETURN } from '../../core/schema-migration/point-of-no-return.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import { noReturnWords, returnBorders } from '../../core/schema-migration/return-borders.ts';
import { type KeptRow, LISTED_ROWS, withoutValues } from '../../core/schema-migration/kept-row.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** Quarantined rows that are looked at again each time, so that a look stays short. */
const SETTLED_AT_ONCE = 500;

/** Rows that somebody has to mend before contract. Those that are well again are settled first. */
export async function quarantinedRows(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<number> {
  const count = async (): Promise<number> => {
    const [row] = await database.query<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM crossfade.quarantine
       WHERE migration = $1 AND resolved_at IS NULL AND ${blocks()}`,
      [migration.name],
    );
    return row?.rows ?? 0;
  };
  if ((await count()) === 0) return 0;
  await settle(database, migration);
  return count();
}

/** The first of those rows, in the order of their places and keys. */
export async function keptRows(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<readonly KeptRow[]> {
  const rows = await database.query<KeptRow>(
    `SELECT concat(table_name, '(', (SELECT string_agg(part, ', ' ORDER BY at)
         FROM jsonb_array_elements_text(key) WITH ORDINALITY k(part, at)), ')') AS row,
       concat(table_name, '.', column_name) AS place, direction, kind, message AS reason
     FROM crossfade.quarantine WHERE migration = $1 AND resolved_at IS NULL AND ${blocks()}
     ORDER BY table_name, column_name, length(key::text), key::text LIMIT ${LISTED_ROWS}`,
    [migration.name],
  );
  return rows.map((row) => {
    return { ...row, reason: row.reason === null ? null : withoutValues(row.reason) };
  });
}

/**
 * Why a rollback would lose data, in words; null while it would not. The sync trigger files each row as
 * it passes the border, and parity what a trigger could not: nothing is read but what was filed.
 */
export async function noReturn(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<string | null> {
  const borders = returnBorders(migration);
  if (borders.length === 0) return null;
  if ((await passed(database, migration)).size === 0) return null;
  await settle(database, migration);
  return noReturnWords(borders, await passed(database, migration));
}

async function passed(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query<{ operation: string; rows: number }>(
    `SELECT operation, count(*)::int AS rows FROM crossfade.quarantine
     WHERE migration = $1 AND resolved_at IS NULL AND kind = $2 GROUP BY operation`,
    [migration.name, NO_RETURN],
  );
  return new Map(rows.map((row) => [row.operation, row.rows]));
}

async function settle(database: TargetDatabase, migration: SchemaMigration): Promise<void> {
  const movements = resolveMovements(migration, await database.catalog(migration));
  for (const movement of movements.filter(({ state }) => state === 'live')) {
    await database.query(movement.settle(SETTLED_AT_ONCE));
  }
}
