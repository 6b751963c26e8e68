import { qualified } from '../../core/schema-migration/identifier.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import { filesOf, rowsIn } from '../../core/schema-migration/table-files.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';

const SMALL_TABLE_BYTES = 16 * 1024 * 1024;

/** Exact for small tables, the planner's figure for large ones, null where nobody ever counted. */
export async function estimateRows(
  database: TargetDatabase,
  movements: readonly Movement[],
): Promise<number | null> {
  let total = 0;
  for (const movement of movements) {
    const table = qualified(movement.migration.schema, movement.table);
    const [row] = await database.query<{ rows: string | null }>(
      `SELECT CASE WHEN (SELECT sum(pg_relation_size(f.oid)) FROM ${filesOf('c.oid')} f) < ${SMALL_TABLE_BYTES}
         THEN (SELECT count(*) FROM ${table}) ELSE ${rowsIn('c.oid')}::bigint END AS rows
       FROM pg_class c WHERE c.oid = $1::regclass`,
      [table],
    );
    const rows = row?.rows ?? null;
    if (rows === null) return null;
    total += Number(rows);
  }
  return total;
}

/**
 * About how many rows a movement's table holds, as the planner reckons: by its size now, and by how full its pages
 * were when somebody last counted. Null where nobody ever did, or found none.
 */
export async function likelyRows(
  session: TargetSession,
  { migration, table }: Movement,
): Promise<number | null> {
  const [row] = await session.query<{ rows: string | null }>(
    `SELECT CASE WHEN bool_and(bytes = 0 OR reltuples > 0)
       THEN round(sum(bytes / block * reltuples / greatest(relpages, 1)))::bigint END AS rows
     FROM (SELECT pg_relation_size(f.oid) AS bytes, f.relpages, f.reltuples::float8,
         current_setting('block_size')::float8 AS block FROM ${filesOf('$1::regclass')} f) sized`,
    [qualified(migration.schema, table)],
  );
  const rows = row?.rows ?? null;
  return rows === null ? null : Number(rows);
}
