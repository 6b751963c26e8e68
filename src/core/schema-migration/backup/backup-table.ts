/** Where copies stand that are kept in the target itself. */
export const BACKUP_SCHEMA = 'crossfade_backup';

/**
 * The backups of a target, by the job that waits for them; `policy` is a `BackupPolicy`, `tables` a
 * list of `BackedUpTable`. `host` is the machine that works on it and, of files, the one that has
 * them. `fence` tells who works on it, as with jobs.
 */
export const BACKUP_TABLE = `CREATE TABLE IF NOT EXISTS crossfade.backup (
    id text PRIMARY KEY, rollout text NOT NULL, migration text NOT NULL, policy jsonb NOT NULL,
    status text NOT NULL DEFAULT 'wanted' CHECK (status IN
      ('wanted', 'running', 'taken', 'verified', 'failed', 'removed')),
    fence bigint NOT NULL DEFAULT 0, host text, lease_until timestamptz, retry_at timestamptz,
    location text, tables jsonb NOT NULL DEFAULT '[]', bytes bigint NOT NULL DEFAULT 0,
    lsn pg_lsn, snapshot_at timestamptz, reason text,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(), finished_at timestamptz,
    expires_at timestamptz, removed_at timestamptz)`;
