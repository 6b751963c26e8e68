import { placed } from '../../core/schema-migration/concurrent-index.ts';
import { quoteExisting } from '../../core/schema-migration/identifier.ts';
import { isLookDue, watchedBorders, withLook } from '../../core/schema-migration/border-watch.ts';
import type { BorderTrack, WatchedBorder } from '../../core/schema-migration/border-watch.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** An index answers at once; without one a look reads the table for so long at the most. */
const LOOK_MS = 1_000;

/** A look, and what those before it have seen. Epoch milliseconds. */
export interface BorderLook {
  readonly before: readonly BorderTrack[];
  readonly at: number;
}

/**
 * How near values have come to the borders that people want to be warned of. Looks seldom: what was seen
 * before holds until the next look is due.
 */
export async function lookAtBorders(
  database: TargetDatabase,
  migration: SchemaMigration,
  { before, at }: BorderLook,
): Promise<readonly BorderTrack[]> {
  const tracks: BorderTrack[] = [];
  for (const border of watchedBorders(migration)) {
    const known = before.find(({ id }) => id === border.id) ?? null;
    tracks.push(
      known !== null && !isLookDue(border, known, at)
        ? known
        : withLook(border, known, await outermost(database, migration, border), at),
    );
  }
  return tracks;
}

async function outermost(
  database: TargetDatabase,
  { schema }: SchemaMigration,
  { table, column, rises }: WatchedBorder,
): Promise<number | null | { readonly unseen: string }> {
  const value = `${rises ? 'max' : 'min'}(${quoteExisting(column)})::float8`;
  try {
    return await database.transaction(async (session) => {
      await session.query(`SET LOCAL statement_timeout = ${LOOK_MS}`);
      const [row] = await session.query<{ value: number | null }>(
        `SELECT ${value} AS value FROM ${placed(schema, table)}`,
      );
      return row?.value ?? null;
    });
  } catch (fault) {
    if (!(fault instanceof TargetSqlError)) throw fault;
    return {
      unseen: fault.isCancelled
        ? `reading it takes longer than ${LOOK_MS / 1_000} s`
        : fault.message,
    };
  }
}
