import type { CallCounts, OldUse, OldUsers } from '../../core/rollout/old-use.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { type TargetDatabase, TargetSqlError } from '../ports/target-database.ts';
import { statisticsView } from './statement-statistics.ts';

/** The most that one look brings. */
const AT_ONCE = 50;

/** A look, and what the one before has left. */
export interface OldUseLook {
  /** The moment of the look, in epoch milliseconds. */
  readonly now: number;
  /** By the target's own clock; null at the first look, which only notes that. */
  readonly since: number | null;
  /** What the server had counted at the look before; undefined where it did not count. */
  readonly counted?: CallCounts | undefined;
}

/**
 * Who is on the old version's views at this moment, or was with the last statement of an open connection: by
 * the statement's text, and by the locks of whoever is at work, so that a search path hides nothing then. What
 * comes and goes between two looks is told by role alone, where `pg_stat_statements` counts, and missed where it does
 * not. Of other roles' statements a role without `pg_read_all_stats` sees the locks alone.
 */
export async function oldUseOn(
  database: TargetDatabase,
  { from }: SchemaMigration,
  { now, since, counted }: OldUseLook,
): Promise<OldUsers> {
  const pattern = from.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`);
  const counts = await countedOn(database, pattern);
  const left = counts === null ? {} : { counted: totals(counts) };
  if (since === null) {
    const [row] = await database.query<{ clock: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS clock',
    );
    return { since: row?.clock ?? 0, users: [], ...left };
  }
  const rows = await database.query<Omit<OldUse, 'seenAt'> & { ageMs: number }>(
    `SELECT DISTINCT ON (a.application_name, a.usename) a.application_name AS application,
       coalesce(a.usename, '')::text AS role,
       extract(epoch FROM clock_timestamp() - a.query_start)::float8 * 1000 AS "ageMs",
       left(regexp_replace(a.query, '\\s+', ' ', 'g'), 120) AS example
     FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.backend_type = 'client backend'
       AND a.pid <> pg_backend_pid() AND a.application_name NOT LIKE 'crossfade%'
       AND a.query_start > to_timestamp($3::float8 / 1000)
       AND (a.query ~ ('(^|[^A-Za-z0-9_$"])"?' || $1 || '"?\\s*\\.') OR EXISTS (
         SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
           JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE l.pid = a.pid AND n.nspname = $2))
     ORDER BY a.application_name, a.usename, a.query_start DESC LIMIT ${AT_ONCE}`,
    [pattern, from, since],
  );
  const users = rows.map(({ ageMs, ...use }) => ({ ...use, seenAt: Math.round(now - ageMs) }));
  const named = new Set(users.map(({ role }) => role));
  const unseen = risen(counts ?? [], counted).filter(({ role }) => !named.has(role));
  return { since, users: [...users, ...unseen.map((use) => ({ ...use, seenAt: now }))], ...left };
}

/** A statement on the old version's views, as the server has counted it. */
interface Counted extends Pick<OldUse, 'role' | 'example'> {
  readonly key: string;
  readonly calls: number;
}

/** Null where `pg_stat_statements` is not at work, or not to be read. Our own role's are our own looks. */
async function countedOn(
  database: TargetDatabase,
  pattern: string,
): Promise<readonly Counted[] | null> {
  const view = await statisticsView(database);
  if (view === null) return null;
  try {
    return await database.query<Counted>(
      `SELECT concat(s.queryid, '/', s.userid) AS key, r.rolname::text AS role, sum(s.calls)::float8 AS calls,
         left(regexp_replace(min(s.query), '\\s+', ' ', 'g'), 120) AS example
       FROM ${view} s JOIN pg_roles r ON r.oid = s.userid
         JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
       WHERE r.rolname <> current_user AND s.query ~* '^\\s*(select|insert|update|delete|merge|with)\\M'
         AND s.query ~ ('(^|[^A-Za-z0-9_$"])"?' || $1 || '"?\\s*\\.')
       GROUP BY s.queryid, s.userid, r.rolname ORDER BY 3 DESC LIMIT ${AT_ONCE}`,
      [pattern],
    );
  } catch (fault) {
    if (fault instanceof TargetSqlError) return null;
    throw fault;
  }
}

const totals = (counts: readonly Counted[]): CallCounts =>
  Object.fromEntries(counts.map(({ key, calls }) => [key, calls]));

/** What ran since the look before, the most frequent of each role. What is counted for the first time is only noted. */
function risen(
  counts: readonly Counted[],
  before: CallCounts | undefined,
): readonly Omit<OldUse, 'seenAt'>[] {
  if (before === undefined) return [];
  return counts.flatMap(({ key, role, example, calls }) => {
    const known = before[key] ?? 0;
    // A count that has been reset begins anew.
    const since = calls < known ? calls : calls - known;
    return since === 0 ? [] : [{ application: '', role, example, calls: since }];
  });
}
