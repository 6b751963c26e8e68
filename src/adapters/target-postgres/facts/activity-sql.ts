/** Event triggers that are not Crossfade's own. */
export const SERVER = `
  SELECT json_build_object('version', current_setting('server_version_num')::int,
    'inRecovery', pg_is_in_recovery(), 'readOnly', current_setting('default_transaction_read_only') = 'on',
    'eventTriggers', (SELECT coalesce(json_agg(json_build_object('name', e.evtname, 'event', e.evtevent)
      ORDER BY e.evtname), '[]') FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid
      JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE e.evtenabled <> 'D' AND n.nspname <> 'crossfade')) AS facts`;

/** What an open transaction says of itself is shown to its own role and to `pg_read_all_stats` alone. */
const OLDEST = `
  SELECT json_build_object('pid', a.pid, 'who', coalesce(nullif(a.application_name, ''), a.usename, 'somebody'),
    'seconds', extract(epoch FROM clock_timestamp() - a.xact_start)::float8)
  FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.backend_type = 'client backend'
    AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL
  ORDER BY a.xact_start LIMIT 1`;

/** Its locks belong to no process; what they share with it is the lock on its own transaction id. */
const PREPARED = `
  SELECT coalesce(json_agg(json_build_object('gid', x.gid,
    'seconds', extract(epoch FROM clock_timestamp() - x.prepared)::float8,
    'tables', (SELECT coalesce(json_agg(DISTINCT c.relname), '[]')
      FROM pg_locks own JOIN pg_locks l USING (virtualtransaction)
        JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE own.pid IS NULL AND l.pid IS NULL AND own.locktype = 'transactionid'
        AND own.transactionid = x.transaction AND n.nspname = $1::text
        AND c.relname = ANY($2::text[])))), '[]')
  FROM pg_prepared_xacts x WHERE x.database = current_database()`;

/** `$1` schema and `$2` names of the tables. */
export const ACTIVITY = `SELECT json_build_object('oldest', (${OLDEST}), 'prepared', (${PREPARED})) AS facts`;

const REPLICAS = `
  SELECT coalesce(json_agg(json_build_object('name', coalesce(nullif(r.application_name, ''), r.pid::text),
    'lag', extract(epoch FROM r.replay_lag)::float8) ORDER BY r.application_name), '[]')
  FROM pg_stat_replication r WHERE r.replay_lag IS NOT NULL`;

const SLOTS = `
  SELECT coalesce(json_agg(json_build_object('name', s.slot_name, 'plugin', s.plugin,
    'active', s.active, 'walStatus', s.wal_status,
    'retained', CASE WHEN NOT pg_is_in_recovery()
      THEN pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::float8 END) ORDER BY s.slot_name), '[]')
  FROM pg_replication_slots s
  WHERE s.slot_type = 'logical' AND s.database = current_database()
    OR NOT s.active AND s.restart_lsn IS NOT NULL`;

export const REPLICATION = `
  SELECT json_build_object('replicas', (${REPLICAS}), 'slots', (${SLOTS}),
    'slotsUnbounded', current_setting('max_slot_wal_keep_size') = '-1') AS facts`;

/** The schema that `pg_stat_statements` was created in: no row where it was not. */
export const STATEMENTS_SCHEMA = `
  SELECT quote_ident(n.nspname) AS schema FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`;

/** A name in a pattern. A letter after a backslash would be a sign of its own there. */
const literal = (name: string): string =>
  `regexp_replace(${name}, '([^A-Za-z0-9_])', '\\\\\\1', 'g')`;

/**
 * `$1` names of the tables. The text is looked at here and not carried away: it may hold values. What
 * Crossfade itself has tried on these tables is not the application's.
 */
export const starReads = (schema: string): string => `
  SELECT DISTINCT asked.name AS table, s.queryid::text AS "queryId"
  FROM ${schema}.pg_stat_statements s
    JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
    JOIN unnest($2::text[]) asked(name) ON s.query ~* (
      '\\mselect\\M\\s+([a-z_"][a-z0-9_$".]*\\.)?\\*.*\\mfrom\\s+(only\\s+)?("?' || ${literal('$1::text')} || '"?\\.)?"?'
      || ${literal('asked.name')} || '"?(\\s|;|$)')
  WHERE s.query !~* '\\m_?crossfade'
  ORDER BY 1, 2 LIMIT 100`;

/** Bytes by the DBA's own function: `crossfade.free_disk(tablespace text) RETURNS bigint`. */
export const FREE_DISK = `SELECT crossfade.free_disk($1)::float8 AS free`;

export const HAS_FREE_DISK = `SELECT to_regprocedure('crossfade.free_disk(text)') IS NOT NULL AS present`;

/**
 * What is left of the size that the setting `crossfade.disk_size` names, for the tablespace that
 * most clusters have alone: less every database, and the WAL at its ordinary most.
 */
export const DISK_SIZE = `
  SELECT current_setting('crossfade.disk_size', true) AS size,
    (pg_size_bytes(nullif(current_setting('crossfade.disk_size', true), ''))
      - (SELECT sum(pg_database_size(oid)) FROM pg_database)
      - pg_size_bytes(current_setting('max_wal_size')))::float8 AS free`;
