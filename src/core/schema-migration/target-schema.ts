import { BACKUP_TABLE } from './backup/backup-table.ts';
import { GUARD_SCHEMA } from './guard/guard-schema.ts';
import { HISTORY_TABLE } from './history/history-table.ts';
import { column, index } from './idempotent-ddl.ts';
import { NO_RETURN } from './point-of-no-return.ts';
import { TRASH_SCHEMA } from './put-table-aside.ts';
import { REHEARSAL_TABLE } from './rehearsal/rehearsal-table.ts';
import { STUB_FUNCTIONS } from './restore/stub-functions.ts';
import { STANDING_TABLE } from './restore/standing-sql.ts';

/** Of a table that is there already: one more kind, and no lock where it knows it. */
const QUARANTINE_KINDS = `DO $crossfade$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'crossfade.quarantine'::regclass
      AND conname = 'quarantine_kind_check' AND pg_get_constraintdef(oid) LIKE '%${NO_RETURN}%') THEN
    ALTER TABLE crossfade.quarantine DROP CONSTRAINT IF EXISTS quarantine_kind_check,
      ADD CONSTRAINT quarantine_kind_check CHECK (kind IN ('error', 'loss', 'conflict', '${NO_RETURN}'));
  END IF; END $crossfade$`;

/**
 * Crossfade's own objects on a target. Every statement may run again on what is there already.
 * Applications see `crossfade.route` and nothing else; the functions that they meet run as trigger
 * functions or inside views, for which PostgreSQL asks no right on the schema.
 */
export const TARGET_SCHEMA: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS crossfade',
  `CREATE SCHEMA IF NOT EXISTS ${TRASH_SCHEMA}`,
  `CREATE TABLE IF NOT EXISTS crossfade.job (
    id text PRIMARY KEY, rollout text NOT NULL, kind text NOT NULL, migration jsonb NOT NULL,
    batch_time_ms integer NOT NULL, generation bigint NOT NULL, status text NOT NULL DEFAULT 'pending',
    fence bigint NOT NULL DEFAULT 0, owner text, lease_until timestamptz,
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(), cursor jsonb,
    done bigint NOT NULL DEFAULT 0, total bigint, rate double precision, differences bigint,
    reason text, hold text, throttle text, attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  column('job', 'hold', 'text'),
  column('job', 'throttle', 'text'),
  column('job', 'author', 'text'),
  column('job', 'started_at', 'timestamptz'),
  column('job', 'drifted', 'boolean'),
  column('job', 'looks', 'jsonb'),
  column('job', 'parity_only', 'boolean NOT NULL DEFAULT false'),
  column('job', 'way_back', 'boolean NOT NULL DEFAULT false'),
  column('job', 'unit', 'jsonb'),
  // Of rounds of parity: what the last whole one came to.
  column('job', 'round', 'jsonb'),
  // Rows that differ, described without their values.
  column('job', 'differing', `jsonb NOT NULL DEFAULT '[]'`),
  column('job', 'pace', `jsonb NOT NULL DEFAULT '{}'`),
  // What the version in use runs, as its services say.
  column('job', 'statements', 'jsonb'),
  // The target with the clone on which a rehearsal tries.
  column('job', 'clone', 'text'),
  // What people have changed about a job while it ran. Nothing is ever taken out.
  `CREATE TABLE IF NOT EXISTS crossfade.job_change (
    job text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by text NOT NULL, change jsonb NOT NULL)`,
  index('job_change_job', 'job_change (job, at)'),
  // A part of a job's rows, as long as the job lasts. Without a lease whoever holds the job may take it.
  `CREATE TABLE IF NOT EXISTS crossfade.job_slice (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    job text NOT NULL REFERENCES crossfade.job ON DELETE CASCADE, operation integer NOT NULL,
    key text[], until text[] NOT NULL, rows bigint NOT NULL, size integer NOT NULL,
    fence bigint NOT NULL DEFAULT 0, lease_until timestamptz, ended boolean NOT NULL DEFAULT false,
    done bigint NOT NULL DEFAULT 0, rate double precision,
    differences bigint NOT NULL DEFAULT 0)`,
  column('job_slice', 'differing', `jsonb NOT NULL DEFAULT '[]'`),
  index('job_slice_job', 'job_slice (job)'),
  index('job_due', `job (due_at) WHERE status IN ('pending', 'running')`),
  index('job_rollout', 'job (rollout)'),
  `CREATE TABLE IF NOT EXISTS crossfade.quarantine (
    operation text NOT NULL, migration text NOT NULL, table_schema text NOT NULL,
    table_name text NOT NULL, column_name text NOT NULL, key jsonb NOT NULL,
    direction text NOT NULL CHECK (direction IN ('up', 'down')),
    kind text NOT NULL CHECK (kind IN ('error', 'loss', 'conflict', 'noReturn')),
    message text, at timestamptz NOT NULL DEFAULT clock_timestamp(), resolved_at timestamptz,
    times integer NOT NULL DEFAULT 1, PRIMARY KEY (operation, key))`,
  QUARANTINE_KINDS,
  index(
    'quarantine_open',
    `quarantine (migration) WHERE resolved_at IS NULL AND kind <> 'conflict'`,
  ),
  BACKUP_TABLE,
  REHEARSAL_TABLE,
  `CREATE TABLE IF NOT EXISTS crossfade.trash (
    operation text NOT NULL, migration text NOT NULL, table_schema text NOT NULL,
    table_name text NOT NULL, column_name text NOT NULL, trash_name text NOT NULL,
    definition jsonb NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (table_schema, table_name, trash_name))`,
  'CREATE TABLE IF NOT EXISTS crossfade.done (operation text PRIMARY KEY, migration text NOT NULL)',
  `CREATE TABLE IF NOT EXISTS crossfade.lent (operation text NOT NULL, revoke text NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS crossfade.route (
    migration text PRIMARY KEY, revision bigint NOT NULL, kill boolean NOT NULL,
    safe_side text NOT NULL CHECK (safe_side IN ('old', 'new')),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  ...HISTORY_TABLE,
  ...GUARD_SCHEMA,
  ...STANDING_TABLE,
  keepAside(),
  ...STUB_FUNCTIONS,
  // A trigger needs no right to run it; without this anybody could attach it to a table of his own.
  'REVOKE ALL ON FUNCTION crossfade.keep_aside() FROM PUBLIC',
  'GRANT USAGE ON SCHEMA crossfade TO PUBLIC',
  'GRANT SELECT ON crossfade.route TO PUBLIC',
];

/**
 * Files the row that the sync function left a note about. The only function with the rights of its
 * owner; as a trigger function nobody can call it by hand. It must never fail the write, nor make it
 * wait: what cannot be filed at once is left for the next parity check to find.
 */
function keepAside(): string {
  return `CREATE OR REPLACE FUNCTION crossfade.keep_aside() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '25ms' AS $crossfade$
DECLARE
  note text := current_setting('crossfade.trouble', true);
BEGIN
  PERFORM set_config('crossfade.trouble', '', true);
  INSERT INTO crossfade.quarantine AS known (operation, migration, table_schema, table_name,
    column_name, key, direction, kind, message)
  VALUES (TG_ARGV[0], TG_ARGV[1], TG_TABLE_SCHEMA, coalesce(TG_ARGV[3], TG_TABLE_NAME), TG_ARGV[2],
    note::jsonb -> 'key', note::json ->> 'direction', note::json ->> 'kind', note::json ->> 'message')
  ON CONFLICT (operation, key) DO UPDATE SET direction = excluded.direction, kind = excluded.kind,
    message = excluded.message, at = clock_timestamp(), resolved_at = NULL, times = known.times + 1
    -- A conflict blocks nothing; what blocks stays.
    WHERE excluded.kind <> 'conflict' OR known.resolved_at IS NOT NULL OR known.kind = 'conflict';
  RETURN NEW;
EXCEPTION WHEN OTHERS THEN
  -- The handler has undone the first reset with all the rest.
  PERFORM set_config('crossfade.trouble', '', true);
  RAISE WARNING 'crossfade could not record a row of %: %', TG_TABLE_NAME, SQLERRM;
  RETURN NEW;
END $crossfade$`;
}
