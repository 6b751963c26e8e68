import type { OldUse, OldUsers } from '../../core/rollout/old-use.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** The most that one look brings. */
const AT_ONCE = 50;

/**
 * Who is on the old version's views at this moment, or was with the last statement of an open connection: by
 * the statement's text, and by the locks of whoever is at work, so that a search path hides nothing then. It
 * looks and does not count: what comes and goes between two looks is missed, and of other roles' statements
 * a role without `pg_read_all_stats` sees the locks alone.
 * @param now the moment of the look, in epoch milliseconds
 * @param since by the target's own clock; null at the first look, which only notes that
 */
export async function oldUseOn(
  database: TargetDatabase,
  { from }: SchemaMigration,
  { now, since }: { readonly now: number; readonly since: number | null },
): Promise<OldUsers> {
  if (since === null) {
    const [row] = await database.query<{ clock: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS clock',
    );
    return { since: row?.clock ?? 0, users: [] };
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
    [from.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`), from, since],
  );
  const users = rows.map(({ ageMs, ...use }) => ({ ...use, seenAt: Math.round(now - ageMs) }));
  return { since, users };
}
