import { CrossfadeError } from '../../../core/errors.ts';
import {
  checksum,
  copyName,
  copyOut,
  createCopy,
  SAVED_COLUMNS,
  sourceChecksum,
} from '../../../core/schema-migration/backup/backup-sql.ts';
import type {
  BackedUpTable,
  SavedColumns,
} from '../../../core/schema-migration/backup/backup-sql.ts';
import { sizeWords } from '../../../core/schema-migration/preflight/growth.ts';
import { touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { BackupDraft } from '../../ports/backup-files.ts';
import type { FaultPoints } from '../../ports/fault-points.ts';
import type { BulkSession } from '../../ports/target-database.ts';
import { begin } from './text-transaction.ts';

/** What a taking needs to know and to tell. */
export interface Taking {
  readonly id: string;
  readonly migration: SchemaMigration;
  readonly atMostBytes: number;
  readonly faultPoints: FaultPoints;
  /** Told of every so many bytes that are safe somewhere. */
  readonly progress: (bytes: number) => void;
}

export interface TakenBackup {
  readonly tables: readonly BackedUpTable[];
  readonly snapshot: { readonly lsn: string; readonly at: string };
}

/** Writes every touched table into files, all of them as they were at one moment. */
export async function takeIntoFiles(
  session: BulkSession,
  draft: BackupDraft,
  taking: Taking,
): Promise<TakenBackup> {
  const snapshot = await begin(session, 'ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const tables: BackedUpTable[] = [];
  const limit = limitOf(taking);
  for (const saved of await savedTables(session, taking.migration)) {
    taking.faultPoints.reached('backup.beforeTable');
    const name = `${tables.length + 1}-${saved.table.replaceAll(/[^A-Za-z0-9_-]/g, '_')}.copy`;
    const file = await draft.write(name, limited(session.copyOut(copyOut(saved)), limit));
    tables.push({ ...saved, ...(await sum(session, sourceChecksum(saved))), file });
  }
  await session.query('COMMIT');
  return { tables, snapshot };
}

/**
 * Copies every touched table within the target. The copies are compared in the same snapshot, so
 * that they are whole when they are there at all.
 */
export async function takeIntoTarget(session: BulkSession, taking: Taking): Promise<TakenBackup> {
  const snapshot = await begin(session, 'ISOLATION LEVEL REPEATABLE READ');
  const tables: BackedUpTable[] = [];
  for (const saved of await savedTables(session, taking.migration)) {
    taking.faultPoints.reached('backup.beforeTable');
    for (const statement of createCopy(taking.id, saved)) await session.query(statement);
    const source = await sum(session, sourceChecksum(saved));
    const copy = copyName(taking.id, saved);
    const made = await sum(session, checksum(saved.columns, copy));
    if (source.rows !== made.rows || source.hash !== made.hash) throw differs(saved, source, made);
    const [size] = await session.query<{ bytes: number }>(
      'SELECT pg_table_size($1::regclass)::float8 AS bytes',
      [copy],
    );
    taking.progress(size?.bytes ?? 0);
    tables.push({ ...saved, ...source });
  }
  taking.faultPoints.reached('backup.beforeSeal');
  await session.query('COMMIT');
  return { tables, snapshot };
}

/** One that is not there, such as a table that the migration makes, has nothing to be saved. */
async function savedTables(
  session: BulkSession,
  migration: SchemaMigration,
): Promise<readonly SavedColumns[]> {
  const found: SavedColumns[] = [];
  for (const table of touchedTables(migration)) {
    const { schema } = migration;
    const [row] = await session.query<{ columns: readonly string[] | null }>(SAVED_COLUMNS, [
      schema,
      table,
    ]);
    const columns = row?.columns ?? null;
    if (columns !== null) found.push({ schema, table, columns });
  }
  return found;
}

type Sum = Pick<BackedUpTable, 'rows' | 'hash'>;

async function sum(session: BulkSession, sql: string): Promise<Sum> {
  const [row] = await session.query<Sum>(sql);
  if (row === undefined) throw new TypeError('A checksum has no row.');
  return row;
}

/** What was saved is not what is there. Numbers and sums tell no value. */
export function differs({ schema, table }: SavedColumns, source: Sum, copy: Sum): CrossfadeError {
  const words = ({ rows, hash }: Sum): string => `${rows} rows with checksum ${hash}`;
  return new CrossfadeError(
    'conflict',
    `The backup of ${schema}.${table} does not agree with the table: ${words(copy)} were saved of ${words(source)}.`,
  );
}

function limitOf({ atMostBytes, progress }: Taking): (bytes: number) => void {
  let written = 0;
  return (bytes) => {
    written += bytes;
    progress(bytes);
    if (written <= atMostBytes) return;
    throw new CrossfadeError(
      'refused',
      `The backup is larger than ${sizeWords(atMostBytes)}, the most that the policy allows; raise backup.atMost.`,
    );
  };
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.byteLength);
    yield chunk;
  }
}
