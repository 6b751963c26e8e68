import { canonical } from '../../core/canonical.ts';
import { relationNames } from '../../core/schema-migration/schema-migration.ts';
import type { HistoryEntry } from '../../core/schema-migration/history/history-entry.ts';
import { checksumSql } from '../../core/schema-migration/history/history-table.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetSession } from '../ports/target-database.ts';

/** The end of a job: the statement that ends its row, and its parameters. */
interface JobEnd {
  readonly ended: string;
  readonly values: readonly unknown[];
  readonly outcome: HistoryEntry['outcome'];
}

/**
 * Ends a job and writes its line of the history in one statement: neither is without the other. A check of
 * parity that a person asked for carries nothing out, nor does a rehearsal, and they have none.
 */
export async function recordEnd(
  session: Pick<TargetSession, 'query'>,
  migration: SchemaMigration,
  { ended, values, outcome }: JobEnd,
): Promise<void> {
  const at = values.length;
  const [checksum, from, to, schema, tables, as] = [1, 2, 3, 4, 5, 6].map((n) => `$${at + n}`);
  await session.query(
    `WITH ended AS (${ended} RETURNING *)
     INSERT INTO crossfade.history (migration, version_from, version_to, checksum, author, rollout,
       part, table_schema, tables, started_at, outcome, reason, catalog)
     SELECT migration ->> 'name', ${from}, ${to}, ${checksumSql(`${checksum}`)},
       coalesce(author, 'crossfade'), rollout, kind, ${schema}, ${tables}::text[],
       coalesce(started_at, created_at), ${as}, reason,
       CASE WHEN ${as} = 'success' AND kind <> 'backfill' AND drifted IS NOT TRUE
         THEN crossfade.catalog_facts(${schema}, ${tables}, ARRAY[${from}, ${to}]) END
     FROM ended WHERE kind NOT IN ('parity', 'rehearse')`,
    [
      ...values,
      canonical(migration),
      migration.from,
      migration.to,
      migration.schema,
      relationNames(migration),
      outcome,
    ],
  );
}

/** Writes a line for what happened at once and without a job. */
export async function recordDirect(
  session: Pick<TargetSession, 'query'>,
  migration: SchemaMigration,
  { part, author, rollout, reason }: Pick<HistoryEntry, 'part' | 'author' | 'rollout' | 'reason'>,
): Promise<void> {
  await session.query(
    `INSERT INTO crossfade.history (migration, version_from, version_to, checksum, author, rollout,
       part, table_schema, tables, started_at, outcome, reason, catalog)
     VALUES ($1, $2, $3, ${checksumSql('$4')}, $5, $6, $7, $8, $9, clock_timestamp(),
       'success', $10, crossfade.catalog_facts($8, $9, ARRAY[$2, $3]))`,
    [
      migration.name,
      migration.from,
      migration.to,
      canonical(migration),
      author,
      rollout,
      part,
      migration.schema,
      relationNames(migration),
      reason,
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
export async function readHistory(
  session: Pick<TargetSession, 'query'>,
): Promise<readonly HistoryEntry[]> {
  const rows = await session.query<HistoryRow>(
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
