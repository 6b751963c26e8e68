import type { BackupPolicy } from '../../../core/schema-migration/backup/backup-policy.ts';
import type { BackedUpTable } from '../../../core/schema-migration/backup/backup-sql.ts';
import type { JobSpec } from '../../../core/schema-migration/job.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';

type BackupStatus = 'wanted' | 'running' | 'taken' | 'verified' | 'failed' | 'removed';

/** A backup as its row on the target says. */
export interface BackupRow {
  readonly policy: BackupPolicy;
  readonly status: BackupStatus;
  /** True while somebody works on it and shows signs of life. */
  readonly live: boolean;
  /** True while it rests after a failure. */
  readonly resting: boolean;
  /** Written so far. */
  readonly bytes: number;
  readonly reason: string | null;
}

/** What a worker holds until `fence` is outdated. */
export interface ClaimedBackup {
  readonly id: string;
  readonly fence: string;
  readonly policy: BackupPolicy;
  /** Not empty where it was taken before, and is to be compared only. */
  readonly tables: readonly BackedUpTable[];
}

/** One whose time is over. */
export interface ExpiredBackup {
  readonly id: string;
  readonly to: BackupPolicy['to'];
  readonly tables: readonly BackedUpTable[];
}

/** What is known of a backup when it is whole. */
export interface WholeBackup {
  readonly tables: readonly BackedUpTable[];
  readonly location: string;
  readonly snapshot: { readonly lsn: string; readonly at: string };
  readonly bytes: number;
}

/** How long a worker that has fallen silent keeps its backup, and how long one rests that failed. */
const LEASE_MS = 15_000;
const REST_MS = 30_000;

/** The rows of `crossfade.backup`. Times are the target's own. */
export class BackupStore {
  readonly #database: TargetDatabase;

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /** Asking again changes nothing. */
  async ask({ id, rollout, migration }: JobSpec, policy: BackupPolicy): Promise<void> {
    await this.#database.query(
      `INSERT INTO crossfade.backup (id, rollout, migration, policy) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO NOTHING`,
      [id, rollout, migration.name, JSON.stringify(policy)],
    );
  }

  /** Null where none was asked for. */
  async find(id: string): Promise<BackupRow | null> {
    const [row] = await this.#database.query<BackupRow>(
      `SELECT policy, status, reason, bytes::float8 AS bytes,
         status = 'running' AND lease_until > clock_timestamp() AS live,
         status = 'failed' AND retry_at > clock_timestamp() AS resting
       FROM crossfade.backup WHERE id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** Takes over what nobody works on; null when somebody does. */
  async claim(id: string, host: string): Promise<ClaimedBackup | null> {
    const [row] = await this.#database.query<ClaimedBackup>(
      `UPDATE crossfade.backup SET status = 'running', fence = fence + 1, host = $2, bytes = 0,
         lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000),
         reason = NULL, retry_at = NULL
       WHERE id = $1 AND (status IN ('wanted', 'failed', 'removed')
         OR status = 'running' AND lease_until <= clock_timestamp())
       RETURNING id, fence, policy, tables`,
      [id, host, LEASE_MS],
    );
    return row ?? null;
  }

  /** A sign of life. False when the backup has changed hands, or nobody waits for it any more. */
  async beat({ id, fence }: ClaimedBackup, bytes: number): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE crossfade.backup SET bytes = $3,
         lease_until = clock_timestamp() + make_interval(secs => $4::float8 / 1000)
       WHERE id = $1 AND fence = $2 AND status = 'running' AND EXISTS (SELECT FROM crossfade.job j
         WHERE j.id = $1 AND j.status IN ('pending', 'running')) RETURNING 1`,
      [id, fence, bytes, LEASE_MS],
    );
    return rows.length > 0;
  }

  /** It is whole, and its time begins. What may be left is to compare it. */
  async taken({ id, fence, policy }: ClaimedBackup, whole: WholeBackup): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.backup SET tables = $3, location = $4, lsn = $5::pg_lsn, snapshot_at = $6,
         bytes = $8, finished_at = clock_timestamp(),
         expires_at = clock_timestamp() + make_interval(secs => $7::float8 / 1000)
       WHERE id = $1 AND fence = $2`,
      [
        id,
        fence,
        JSON.stringify(whole.tables),
        whole.location,
        whole.snapshot.lsn,
        whole.snapshot.at,
        policy.keepForMs,
        whole.bytes,
      ],
    );
  }

  /** Nothing more is to be done about it. */
  async done({ id, fence }: ClaimedBackup, status: 'taken' | 'verified'): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.backup SET status = $3, lease_until = NULL WHERE id = $1 AND fence = $2`,
      [id, fence, status],
    );
  }

  /**
   * What was written of it is worth nothing, and stays ours until it is removed and `failed` says so:
   * who begins anew must not find it, nor lose a beginning to its removal. False when the backup has
   * changed hands before.
   */
  async discard({ id, fence }: ClaimedBackup): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE crossfade.backup SET tables = '[]', location = NULL,
         lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
       WHERE id = $1 AND fence = $2 AND status = 'running' RETURNING 1`,
      [id, fence, LEASE_MS],
    );
    return rows.length > 0;
  }

  /** The next try begins anew, after a rest where there is a reason for one. */
  async failed({ id, fence }: ClaimedBackup, reason: string | null): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.backup SET status = 'failed', reason = $3::text, lease_until = NULL,
         retry_at = clock_timestamp() +
           CASE WHEN $3::text IS NULL THEN interval '0' ELSE make_interval(secs => $4::float8 / 1000) END
       WHERE id = $1 AND fence = $2`,
      [id, fence, reason, REST_MS],
    );
  }

  /**
   * Those whose time is over: in the target, and as files on `host`.
   * @param living rollouts that have not ended, and keep theirs
   */
  async expired(host: string, living: readonly string[]): Promise<readonly ExpiredBackup[]> {
    return this.#database.query<ExpiredBackup>(
      `SELECT id, policy ->> 'to' AS "to", tables FROM crossfade.backup
       WHERE status <> 'removed' AND rollout <> ALL($2::text[])
         AND (policy ->> 'to' = 'target' OR host IS NULL OR host = $1)
         AND coalesce(expires_at, lease_until, retry_at, asked_at) < clock_timestamp()`,
      [host, living],
    );
  }

  async removed(id: string): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.backup SET status = 'removed', removed_at = clock_timestamp(),
         fence = fence + 1, tables = '[]', lease_until = NULL WHERE id = $1`,
      [id],
    );
  }
}
