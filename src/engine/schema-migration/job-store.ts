import { CrossfadeError } from '../../core/errors.ts';
import type { DifferingRow } from '../../core/schema-migration/differing-row.ts';
import type { JobKind, JobSpec, JobStatus } from '../../core/schema-migration/job.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { OldStatement } from '../../core/schema-migration/trace/old-statements.ts';
import type { UnitRows } from '../../core/schema-migration/unit-rows.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { recordEnd } from './history-store.ts';
import type { TurnEnd } from './job-run.ts';
import { mayBegin } from './may-begin.ts';

/** Where a job stands. Rows before it are done, or somebody's slice. */
export interface JobCursor {
  /** Place in the migration's list of operations. */
  readonly operation: number;
  /** Texts of the key columns of the last row before the cursor; null before the first. */
  readonly key: readonly string[] | null;
  /** Rows of the first batch. */
  readonly size: number;
  /** Parity so far, without slices: how many rows differ, and the first of them. */
  readonly differences: number;
  readonly samples: readonly string[];
}

/** A job that this worker holds until `fence` is outdated. */
export interface ClaimedJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly migration: SchemaMigration;
  readonly fence: string;
  /** Rows in all, once they have been estimated. */
  readonly total: number | null;
  /** Why it is to go slowly; null when it is not. */
  readonly throttle: string | null;
  /** True while nothing of it has been saved. */
  readonly fresh: boolean;
  /** Whose rows it is about; null: all rows. */
  readonly unit: UnitRows | null;
  /** True for a look at the rows that asks nothing of what contract will do. */
  readonly parityOnly: boolean;
  /** True for that of a rollback. */
  readonly wayBack: boolean;
}

/** What a transaction of a job begins with. */
export interface Entered {
  /** Null while nothing has been saved. */
  readonly cursor: JobCursor | null;
}

/** What a batch adds to its job's row. */
export interface JobAdvance {
  readonly cursor: JobCursor;
  readonly done: number;
  /** Rows per second. */
  readonly rate: number | null;
}

/** What a job has come to. */
export interface JobEnding {
  readonly differences: number | null;
  readonly reason: string | null;
  /** The first of the rows that differ. */
  readonly differing?: readonly DifferingRow[];
}

/** How long a worker that has fallen silent keeps its job, or its slice. */
export const LEASE_MS = 3_000;

/** The rows of `crossfade.job`. Times are the target's own. */
export class JobStore {
  readonly #database: TargetDatabase;

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /** Asks for a job, or once more for what has not been done of it. */
  async ensure(spec: JobSpec): Promise<void> {
    await this.#database.transaction(async (session) => {
      if (await mayBegin(session, spec)) await this.#insert(session, spec);
    });
  }

  async #insert(session: TargetSession, spec: JobSpec): Promise<void> {
    await session.query(
      `INSERT INTO crossfade.job AS known (id, rollout, kind, migration, batch_time_ms, generation, author, parity_only,
         trash_for_ms, pace, unit, statements, clone, way_back)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO UPDATE
       SET generation = excluded.generation, reason = NULL, hold = NULL, looks = NULL, due_at = clock_timestamp(),
         author = coalesce(excluded.author, known.author),
         started_at = CASE WHEN known.status IN ('pending', 'running') THEN known.started_at END,
         status = CASE WHEN known.status = 'running' THEN 'running' ELSE 'pending' END
       WHERE known.status <> 'done' AND known.generation < excluded.generation`,
      [
        spec.id,
        spec.rollout,
        spec.kind,
        JSON.stringify(spec.migration),
        spec.batchTimeMs,
        spec.generation,
        spec.author ?? null,
        spec.parityOnly ?? false,
        spec.trashForMs ?? null,
        JSON.stringify(spec.during === undefined ? {} : { during: spec.during }),
        spec.unit === undefined ? null : JSON.stringify(spec.unit),
        spec.statements === undefined ? null : JSON.stringify(spec.statements),
        spec.on ?? null,
        spec.wayBack ?? false,
      ],
    );
  }

  /** What the version in use runs, as its services say; empty where they say nothing. */
  async statements(job: string): Promise<readonly OldStatement[]> {
    const [row] = await this.#database.query<{ statements: readonly OldStatement[] | null }>(
      'SELECT statements FROM crossfade.job WHERE id = $1',
      [job],
    );
    return row?.statements ?? [];
  }

  /** The target with the clone on which a rehearsal tries; null for this one. */
  async clone(job: string): Promise<string | null> {
    const [row] = await this.#database.query<{ clone: string | null }>(
      'SELECT clone FROM crossfade.job WHERE id = $1',
      [job],
    );
    return row?.clone ?? null;
  }

  /** True when the job stands revoked, whoever did so. */
  async revoke(job: string, upTo: number): Promise<boolean> {
    await this.#database.query(
      `UPDATE crossfade.job SET status = 'revoked', fence = fence + 1, owner = NULL,
         lease_until = NULL, updated_at = clock_timestamp()
       WHERE id = $1 AND generation <= $2 AND status IN ('pending', 'running')`,
      [job, upTo],
    );
    // Waits for the batches at work. Who holds the job's row may cut slices, so there are no new ones.
    await this.#database.query(
      `UPDATE crossfade.job_slice SET fence = fence + 1, lease_until = NULL WHERE job = $1 AND NOT ended
         AND EXISTS (SELECT FROM crossfade.job WHERE id = $1 AND status = 'revoked')`,
      [job],
    );
    const [row] = await this.#database.query<{ status: JobStatus }>(
      'SELECT status FROM crossfade.job WHERE id = $1',
      [job],
    );
    return row?.status === 'revoked';
  }

  /** From the next turn on it goes slowly, or as it can again, at once. */
  async throttle(job: string, reason: string | null): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.job SET throttle = $2::text,
         due_at = CASE WHEN $2::text IS NULL THEN clock_timestamp() ELSE due_at END
       WHERE id = $1 AND status IN ('pending', 'running') AND throttle IS DISTINCT FROM $2::text`,
      [job, reason],
    );
  }

  /** Takes one due job that nobody works on. The fence rises: the worker before is locked out. */
  async claim(worker: string, budgetMs: number): Promise<ClaimedJob | null> {
    const [row] = await this.#database.query<ClaimRow>(
      `UPDATE crossfade.job SET status = 'running', owner = $1, fence = fence + 1,
         started_at = coalesce(started_at, clock_timestamp()),
         lease_until = clock_timestamp() + make_interval(secs => $2::float8 / 1000),
         updated_at = clock_timestamp()
       WHERE id = (SELECT id FROM crossfade.job
         WHERE status IN ('pending', 'running') AND due_at <= clock_timestamp()
           AND (lease_until IS NULL OR lease_until < clock_timestamp())
           AND pace ->> 'pausedBy' IS NULL
         ORDER BY due_at FOR UPDATE SKIP LOCKED LIMIT 1)
       RETURNING id, kind, migration, fence, total, throttle, cursor IS NULL AS fresh, unit,
         parity_only AS "parityOnly", way_back AS "wayBack"`,
      [worker, LEASE_MS + budgetMs],
    );
    if (row === undefined) return null;
    return { ...row, total: row.total === null ? null : Number(row.total) };
  }

  /**
   * The first act of every transaction of a job: proves that the fence still holds, and locks the
   * row, so that a revocation waits for this transaction and then stops the next one.
   * @throws CrossfadeError `staleFence`
   */
  async enter(session: TargetSession, job: ClaimedJob): Promise<Entered> {
    const [row] = await session.query<Entered>(
      `UPDATE crossfade.job SET updated_at = clock_timestamp(), lease_until =
         greatest(lease_until, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
       WHERE id = $1 AND fence = $2 AND status = 'running'
       RETURNING cursor`,
      [job.id, job.fence, LEASE_MS],
    );
    if (row === undefined) {
      throw new CrossfadeError(
        'staleFence',
        `Job ${job.id} has changed hands or was revoked; nothing was written.`,
      );
    }
    return row;
  }

  /** Saves the cursor with the batch that reached it. */
  async advance(session: TargetSession, job: ClaimedJob, advance: JobAdvance): Promise<void> {
    await session.query(
      `UPDATE crossfade.job SET cursor = $3, done = done + $4, rate = coalesce($5, rate),
         reason = NULL, hold = NULL, attempts = 0 WHERE id = $1 AND fence = $2`,
      [job.id, job.fence, JSON.stringify(advance.cursor), advance.done, advance.rate],
    );
  }

  /** Whether others had changed the catalog before the job began. */
  async noteDrift(job: ClaimedJob, drifted: boolean): Promise<void> {
    await this.#database.query(
      'UPDATE crossfade.job SET drifted = $3 WHERE id = $1 AND fence = $2',
      [job.id, job.fence, drifted],
    );
  }

  async setTotal(job: ClaimedJob, total: number | null): Promise<void> {
    await this.#database.query('UPDATE crossfade.job SET total = $3 WHERE id = $1 AND fence = $2', [
      job.id,
      job.fence,
      total,
    ]);
  }

  /** Ends the job, and writes it into the target's history, in the transaction of its last work. */
  async finish(session: TargetSession, job: ClaimedJob, end: JobEnding): Promise<void> {
    const ended = `UPDATE crossfade.job SET status = 'done', differences = $3, reason = $4, differing = $5, hold = NULL,
         round = CASE WHEN kind = 'parity' THEN jsonb_build_object('differences', $3::bigint, 'rows', done,
           'tookMs', round(extract(epoch FROM clock_timestamp() - started_at) * 1000),
           'endedAt', round(extract(epoch FROM clock_timestamp()) * 1000)) END,
         owner = NULL, lease_until = NULL, updated_at = clock_timestamp() WHERE id = $1 AND fence = $2`;
    await recordEnd(session, job.migration, {
      ended,
      values: [job.id, job.fence, end.differences, end.reason, JSON.stringify(end.differing ?? [])],
      outcome: 'success',
    });
  }

  /** Adds to what a finished job has to say. */
  async remark(job: string, words: string): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.job SET reason = concat_ws('; ', reason, $2::text)
       WHERE id = $1 AND status = 'done'`,
      [job, words],
    );
  }

  async fail(job: ClaimedJob, reason: string): Promise<void> {
    const ended = `UPDATE crossfade.job SET status = 'failed', reason = $3, hold = NULL, owner = NULL,
         lease_until = NULL, updated_at = clock_timestamp() WHERE id = $1 AND fence = $2 AND status = 'running'`;
    await recordEnd(this.#database, job.migration, {
      ended,
      values: [job.id, job.fence, reason],
      outcome: 'failed',
    });
  }

  /**
   * Gives the job back: to go on at once, or to wait for its reason. If that is forgotten in a crash of
   * the server, the lease runs out all the same.
   */
  async release(job: ClaimedJob, end: Exclude<TurnEnd, { kind: 'finished' }>): Promise<void> {
    const waits = end.kind === 'waits' ? end : null;
    await this.#database.query(
      `UPDATE crossfade.job SET owner = NULL, lease_until = NULL, reason = $3, hold = $4,
         attempts = attempts + ($3::text IS NOT NULL)::int,
         due_at = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
       FROM (SELECT set_config('synchronous_commit', 'off', true)) unhurried
       WHERE id = $1 AND fence = $2 AND status = 'running'`,
      [job.id, job.fence, waits?.reason ?? null, waits?.hold ?? null, waits?.delayMs ?? 0],
    );
  }
}

interface ClaimRow extends Omit<ClaimedJob, 'total'> {
  readonly total: string | null;
}
