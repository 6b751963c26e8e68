import type { Hours } from '../calendar/hours.ts';
import type { HoldCode } from '../rollout/hold-code.ts';
import type { BackupPolicy } from './backup/backup-policy.ts';
import type { Pace } from './pace.ts';
import type { SchemaMigration } from './schema-migration.ts';
import type { OldStatement } from './trace/old-statements.ts';
import type { ThrottleLimits } from './throttle-reason.ts';
import type { UnitRows } from './unit-rows.ts';

/**
 * Work on a target. `rehearse`: all parts on copies, of which nothing stays. `expand`, `backfill`,
 * `contract`: the parts of a schema migration. `verify`: full parity of both shapes. `parity`: the
 * same, or of one unit's rows, when a person asks; it changes nothing about the rollout and stands in
 * no history. `retire`: after a rollback and `keepForRetry`, the new shape is renamed to trash.
 * `restore`: after contract, the old shape comes back. Nothing here ever drops data.
 */
export type JobKind =
  'rehearse' | 'expand' | 'backfill' | 'verify' | 'contract' | 'retire' | 'restore' | 'parity';

export type JobStatus = 'pending' | 'running' | 'done' | 'failed' | 'revoked';

/** What is to be done; `id` makes asking twice the same as asking once. */
export interface JobSpec {
  readonly id: string;
  readonly rollout: string;
  readonly kind: JobKind;
  readonly migration: SchemaMigration;
  readonly batchTimeMs: number;
  /**
   * A revoked job goes on, from its cursor, when it is asked for with a higher generation; a
   * revocation names the highest generation it is meant for.
   */
  readonly generation: number;
  /** Who began what it is a part of, for the history; Crossfade itself when left out. */
  readonly author?: string;
  /** What must be saved before `expand` creates anything; nothing when left out. */
  readonly backup?: BackupPolicy;
  /** What the version in use runs, besides what the target has counted; for `rehearse` and `expand`. */
  readonly statements?: readonly OldStatement[];
  /** The target that holds the clone on which `rehearse` tries; this one when left out. */
  readonly on?: string;
  /** How long contract keeps what it takes away, in milliseconds; two weeks when left out. */
  readonly trashForMs?: number;
  /** When a backfill works; at any time when left out. */
  readonly during?: readonly Hours[];
  /** A verify that looks at nothing but parity, as a rollback needs it. */
  readonly parityOnly?: true;
  /** The same at the end of a rollback, which has arrived also where the target has nothing to compare. */
  readonly wayBack?: true;
  /** Whose rows a check of parity is about; all rows when left out. */
  readonly unit?: UnitRows;
}

/** How far a job is, as read from its row on the target. */
export interface JobState {
  readonly id: string;
  readonly rollout: string;
  readonly kind: JobKind;
  readonly status: JobStatus;
  /** Rows done and, where known, rows in all. */
  readonly done: number;
  readonly total: number | null;
  /** Parity: rows whose two shapes differ. Null unless the job is a finished `verify` or `parity`. */
  readonly differences: number | null;
  /** Rows in quarantine for this migration, each a value that could not be converted or lost something. */
  readonly quarantined: number;
  /** Rows per second of late; absent while unknown. */
  readonly rate?: number;
  /** Why it waits or failed, or what it found, in words; null when there is nothing to say. */
  readonly reason: string | null;
  /** A stable code while it waits for something that is not the ordinary course. */
  readonly hold?: HoldCode;
  /** Why it is asked to go slowly, while it is. */
  readonly throttle?: string;
  /** How hard a backfill presses on its target, while that is not as it was asked for. */
  readonly pace?: JobPace;
  /** Of the last time it was asked for. */
  readonly generation: number;
}

/** What people have changed about a job, who did so last, and when (epoch milliseconds). */
export interface JobPace extends Pick<Pace, 'batchTimeMs' | 'nice' | 'pausedBy'> {
  readonly limits: Partial<ThrottleLimits>;
  readonly changedBy: string;
  readonly changedAt: number;
}
