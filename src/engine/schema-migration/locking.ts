import { CrossfadeError } from '../../core/errors.ts';
import type { Relation } from '../../core/schema-migration/change.ts';
import { limitTime, tookTooLong } from '../../core/schema-migration/sql/time-limit.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { TargetSqlError } from '../ports/target-database.ts';

/** How long DDL queues for a lock: others queue behind it, so hardly at all. */
const LOCK_TIMEOUT_MS = 25;

/**
 * Names who would keep an exclusive lock waiting for longer than the timeout; null when nobody
 * would; of a partitioned table whoever holds one of its partitions. Asking first means that a long reader costs others nothing: we do not even queue. Short
 * transactions come and go on any busy table, so they are no reason to wait.
 */
export async function blockerOf(
  database: TargetDatabase,
  relations: readonly Relation[],
): Promise<string | null> {
  const [row] = await database.query<Blocker>(
    `WITH asked AS (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE (n.nspname, c.relname) IN (SELECT s, t FROM unnest($1::text[], $2::text[]) x(s, t)))
     SELECT l.pid, l.mode, c.relname AS relation, coalesce(nullif(a.application_name, ''), a.usename,
       a.backend_type, 'somebody') AS who, left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) AS query,
       round(extract(epoch FROM clock_timestamp() - a.xact_start))::int AS seconds
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
       AND (l.pid IS NULL OR a.xact_start < clock_timestamp() - make_interval(secs => $3 / 1000.0))
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.relation IN (SELECT oid FROM asked UNION ALL
         SELECT tree.relid FROM asked, LATERAL pg_partition_tree(asked.oid) tree)
     ORDER BY a.xact_start LIMIT 1`,
    [relations.map((one) => one.schema), relations.map((one) => one.name), LOCK_TIMEOUT_MS],
  );
  if (row === undefined) return null;
  const since = row.seconds === null ? '' : `, for ${row.seconds} s`;
  const what = row.query === null || row.query === '' ? '' : `: ${row.query}`;
  return `waits for a lock on ${row.relation} that ${row.who} (pid ${row.pid}) holds${since}${what}`;
}

/** Limits how long a transaction's DDL may queue. */
export async function limitLockWait(session: TargetSession, ms = LOCK_TIMEOUT_MS): Promise<void> {
  await session.query(`SELECT set_config('lock_timeout', $1, true)`, [`${ms}ms`]);
}

/** Sets what expressions run under, for the rest of a transaction. */
export async function applySettings(
  session: Pick<TargetSession, 'query'>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await session.query(
    'SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) s(name, value)',
    [Object.keys(settings), Object.values(settings)],
  );
}

/** True when a lock was not to be had in time, or two transactions stood in each other's way. */
export function isLockConflict(fault: unknown): boolean {
  return fault instanceof TargetSqlError && /^(55P03|40P01|40001)$/.test(fault.sqlState);
}

/** A statement of an author that takes too long now will do so again, and keep others waiting again. */
export function explained(fault: unknown, statements: readonly string[]): unknown {
  const isCancelled = fault instanceof TargetSqlError && fault.isCancelled;
  if (!isCancelled || !statements.includes(limitTime)) return fault;
  return new CrossfadeError('refused', tookTooLong);
}

interface Blocker {
  readonly pid: number;
  readonly relation: string;
  readonly who: string;
  readonly query: string | null;
  readonly seconds: number | null;
}
