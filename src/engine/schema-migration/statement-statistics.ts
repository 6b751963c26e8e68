import type { TargetSession } from '../ports/target-database.ts';

/**
 * The view in which `pg_stat_statements` shows what it has counted, qualified and quoted; null where it is not
 * installed, not loaded, or not to be read. It is looked up without being read: a query that fails would spoil the
 * transaction that it is asked in.
 */
export async function statisticsView(
  session: Pick<TargetSession, 'query'>,
): Promise<string | null> {
  const [found] = await session.query<{ view: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS view
     FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = e.extname
     WHERE e.extname = 'pg_stat_statements'
       -- Its settings are there once the server has loaded it.
       AND current_setting('pg_stat_statements.track', true) IS NOT NULL
       AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`,
  );
  return found?.view ?? null;
}
