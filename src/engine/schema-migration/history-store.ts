import { canonical } from '../../core/canonical.ts';
import { touchedTables } from '../../core/schema-migration/schema-migration.ts';
import type { HistoryEntry } from '../../core/schema-migration/history/history-entry.ts';
import { checksumSql, directRollout } from '../../core/schema-migration/history/history-table.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';

/** The end of a job: the statement that ends its row, and its parameters. */
interface JobEnd {
  readonly ended: string;
  readonly values: readonly unknown[];
  readonly outcome: HistoryEntry['outcome'];
}

/** Ends a job and writes its line of the history in one statement: neither is without the other. */
export async function recordEnd(
  session: Pick<TargetSession, 'query'>,
  migration: SchemaMigration,
  { ended, values, outcome }: JobEnd,
): Promise<void> {
  const at = values.length;
  const [checksum, from, to, tables, as] = [1, 2, 3, 4, 5].map((place) => `$${at + place}`);
  await session.query(
    `WITH ended AS (${ended} RETURNING *)
     INSERT INTO crossfade.history (migration, version_from, version_to, checksum, author, rollout,
       part, tables, started_at, outcome, reason)
     SELECT migration ->> 'name', ${from}, ${to}, ${checksumSql(`${checksum}`)},
       coalesce(author, 'crossfade'), rollout, kind, ${tables}::text[],
       coalesce(started_at, created_at), ${as}, reason FROM ended`,
    [
      ...values,
      canonical(migration),
      migration.from,
      migration.to,
      touchedTables(migration),
      outcome,
    ],
  );
}

/** Writes a line for what happened at once and without a job. */
export async function recordDirect(
  session: Pick<TargetSession, 'query'>,
  migration: SchemaMigration,
  { part, author }: Pick<HistoryEntry, 'part' | 'author'>,
): Promise<void> {
  await session.query(
    `INSERT INTO crossfade.history (migration, version_from, version_to, checksum, author, rollout,
       part, tables, started_at, outcome)
     VALUES ($1, $2, $3, ${checksumSql('$4')}, $5, '${directRollout}', $6, $7, clock_timestamp(), 'success')`,
    [
      migration.name,
      migration.from,
      migration.to,
      canonical(migration),
      author,
      part,
      touchedTables(migration),
    ],
  );
}

/** For migrations that other tools run, which cannot ask the server. */
export async function noteProtection(
  session: Pick<TargetSession, 'query'>,
  isProtected: boolean,
): Promise<void> {
  await session.query(
    `INSERT INTO crossfade.target AS known (protected) VALUES ($1) ON CONFLICT (one) DO UPDATE
     SET protected = excluded.protected WHERE known.protected <> excluded.protected`,
    [isProtected],
  );
}

/** What was carried out on a target, oldest first. */
export async function readHistory(database: TargetDatabase): Promise<readonly HistoryEntry[]> {
  const rows = await database.query<HistoryRow>(
    `SELECT id, migration, version_from AS "versionFrom", version_to AS "versionTo", checksum, author,
       rollout, part, tables, duration_ms AS "durationMs", outcome, reason,
       round(extract(epoch FROM started_at) * 1000)::float8 AS "startedAt",
       round(extract(epoch FROM ended_at) * 1000)::float8 AS "endedAt"
     FROM crossfade.history ORDER BY id`,
  );
  return rows.map((row) => ({
    ...row,
    id: Number(row.id),
    durationMs: Number(row.durationMs),
  }));
}

/** `bigint` values come as texts. */
type HistoryRow = Omit<HistoryEntry, 'id' | 'durationMs'> & {
  readonly id: string;
  readonly durationMs: string;
};
