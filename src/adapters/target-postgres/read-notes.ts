import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { TRASH_SCHEMA } from '../../core/schema-migration/put-table-aside.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetSession } from '../../engine/ports/target-database.ts';

/** What Crossfade itself has written down on a target. */
type Notes = Pick<Catalog, 'trash' | 'trashed' | 'done'>;

/** On a target that it never worked on there are no notes, and nothing has been put aside. */
export async function readNotes(
  session: Pick<TargetSession, 'query'>,
  { name }: SchemaMigration,
): Promise<Notes> {
  const [found] = await session.query<{ tables: number }>(
    `SELECT count(*)::int AS tables FROM pg_class
     WHERE relnamespace = to_regnamespace('crossfade') AND relname IN ('trash', 'done')`,
  );
  if (found?.tables !== 2) return { trash: [], trashed: [], done: [] };
  const trash = await session.query<{ operation: string }>(
    `SELECT operation FROM crossfade.trash WHERE migration = $1 AND column_name = ''`,
    [name],
  );
  const trashed = await session.query<{ name: string }>(
    `SELECT trash_name AS name FROM crossfade.trash WHERE column_name = ''
     UNION SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1)`,
    [TRASH_SCHEMA],
  );
  const done = await session.query<{ operation: string }>(
    'SELECT operation FROM crossfade.done WHERE migration = $1',
    [name],
  );
  return {
    trash: trash.map((row) => row.operation),
    trashed: trashed.map((row) => row.name),
    done: done.map((row) => row.operation),
  };
}
