import type { Catalog } from '../../../core/schema-migration/catalog.ts';
import { restoreRefusal } from '../../../core/schema-migration/restore/may-restore.ts';
import type { RestoreQuestion } from '../../../core/schema-migration/restore/may-restore.ts';
import type { Standing } from '../../../core/schema-migration/restore/standing.ts';
import { NUMBERS_SQL, STANDING_SQL } from '../../../core/schema-migration/restore/standing-sql.ts';
import { relationNames, touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { TargetSession } from '../../ports/target-database.ts';
import type { ClaimedJob } from '../job-store.ts';

/** What contract found, as it was written down. */
export interface KeptStanding {
  readonly was: Standing;
  readonly catalog: Catalog;
}

type Session = Pick<TargetSession, 'query'>;

/**
 * Writes down what the tables are before anything of a contract is done to them. What an earlier worker
 * of the same job has written stays: it may have begun since.
 */
export async function noteStanding(session: TargetSession, job: ClaimedJob): Promise<void> {
  const { migration } = job;
  const catalog = await session.catalog(migration);
  const names = [migration.schema, touchedTables(migration)];
  const numbers = await session.query<{ number: string }>(NUMBERS_SQL, names);
  const standing = await readStanding(
    session,
    migration,
    numbers.map(({ number }) => number),
  );
  await session.query(
    `INSERT INTO crossfade.standing AS known (migration, rollout, job, facts, catalog)
     SELECT $1, j.rollout, j.id, $3::jsonb, $4::jsonb FROM crossfade.job j WHERE j.id = $2
     ON CONFLICT (migration) DO UPDATE SET rollout = excluded.rollout, job = excluded.job,
       at = excluded.at, facts = excluded.facts, catalog = excluded.catalog,
       contracted_at = NULL, keep_until = NULL, restored_at = NULL
     WHERE known.job <> excluded.job`,
    [migration.name, job.id, JSON.stringify(standing), JSON.stringify(catalog)],
  );
}

/** From here on the old shape is kept for as long as the policy says. */
export async function noteContracted(session: Session, job: ClaimedJob): Promise<void> {
  await session.query(
    `UPDATE crossfade.standing s SET contracted_at = clock_timestamp(),
       keep_until = clock_timestamp() + make_interval(secs => coalesce(j.trash_for_ms, ${KEPT_MS}) / 1000.0)
     FROM crossfade.job j WHERE s.migration = $1 AND j.id = $2`,
    [job.migration.name, job.id],
  );
}

/** Where no policy says how long: two weeks. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** Null where no contract was carried out. */
export async function keptStanding(
  session: Session,
  { name }: SchemaMigration,
): Promise<KeptStanding | null> {
  const [row] = await session.query<{ was: Standing; catalog: Catalog }>(
    `SELECT facts AS was, catalog FROM crossfade.standing
     WHERE migration = $1 AND contracted_at IS NOT NULL`,
    [name],
  );
  return row ?? null;
}

/** What tables are now, wherever they are. Leaves the transaction without a search path. */
export async function readStanding(
  session: Session,
  migration: SchemaMigration,
  numbers: readonly string[],
): Promise<Standing> {
  await session.query(`SELECT set_config('search_path', '', true)`);
  const [row] = await session.query<{ standing: Standing }>(STANDING_SQL, [
    numbers,
    migration.from,
    relationNames(migration),
    migration.name,
  ]);
  if (row === undefined) throw new RangeError('The target said nothing of its tables.');
  return row.standing;
}

/** The job that took the old shape away last; null where none did. */
export async function contractOf(
  session: Session,
  { name }: SchemaMigration,
): Promise<string | null> {
  const [row] = await session.query<{ job: string }>(
    'SELECT job FROM crossfade.standing WHERE migration = $1 AND contracted_at IS NOT NULL',
    [name],
  );
  return row?.job ?? null;
}

/** Why the old shape cannot be brought back; null when it can. */
export async function whyNotRestore(
  session: Session,
  migration: SchemaMigration,
): Promise<string | null> {
  const [contract] = await session.query<NonNullable<RestoreQuestion['contract']>>(
    `SELECT keep_until < clock_timestamp() AS "isOver", restored_at IS NOT NULL AS "isRestored",
       to_char(keep_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') AS "keepUntil",
       (SELECT to_char(min(h.ended_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM crossfade.history h
         WHERE h.migration = s.migration AND h.part = 'cleanup' AND h.ended_at > s.contracted_at
           AND h.reason LIKE 'removed trash %') AS "removedOn"
     FROM crossfade.standing s WHERE migration = $1 AND contracted_at IS NOT NULL`,
    [migration.name],
  );
  const [later] = await session.query<NonNullable<RestoreQuestion['later']>>(
    `SELECT h.migration, to_char(h.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS on,
       (SELECT one FROM unnest(h.tables) one WHERE one = ANY($2) LIMIT 1) AS table
     FROM crossfade.history h JOIN crossfade.standing s ON s.migration = $1
     WHERE h.migration <> $1 AND h.tables && $2::text[] AND h.ended_at > s.contracted_at
       AND h.outcome = 'success' AND h.part IN ('expand', 'contract', 'direct')
     ORDER BY h.id LIMIT 1`,
    [migration.name, relationNames(migration)],
  );
  const question = { migration: migration.name, contract: contract ?? null, later: later ?? null };
  return restoreRefusal(question);
}
