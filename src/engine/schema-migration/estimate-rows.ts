import { qualified } from '../../core/schema-migration/identifier.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import { filesOf, rowsIn } from '../../core/schema-migration/table-files.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

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
