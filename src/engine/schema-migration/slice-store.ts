import { CrossfadeError } from '../../core/errors.ts';
import { DESCRIBED_ROWS, type DifferingRow } from '../../core/schema-migration/differing-row.ts';
import { type Pace, paceOf, type StoredPace } from '../../core/schema-migration/pace.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { type ClaimedJob, type JobCursor, LEASE_MS } from './job-store.ts';

/** A part of a job's rows that this worker holds until `fence` is outdated. */
export interface Slice {
  readonly id: string;
  readonly fence: string;
  /** Place in the migration's list of movements. */
  readonly operation: number;
}

/** The end of a range, and how many rows it holds. */
export interface RangeEnd {
  readonly key: readonly string[];
  readonly rows: string;
}

/** Where a slice stands; read by the first statement of every batch. */
export interface EnteredSlice {
  /** Key of the last row done, or of the last one before the slice; null before the first row. */
  readonly key: readonly string[] | null;
  readonly until: readonly string[];
  /** Rows that are not done yet, by those that it held when it was cut. */
  readonly left: number;
  /** Rows of the next batch. */
  readonly size: number;
  /** As people want it at this moment. */
  readonly pace: Pace;
}

/** What a batch adds to its slice. */
export interface SliceAdvance {
  readonly key: readonly string[];
  readonly size: number;
  readonly done: number;
  /** Rows per second. */
  readonly rate: number;
  /** Rows that differ. */
  readonly differing: readonly DifferingRow[];
  /** True when nothing of the slice is left. */
  readonly ended: boolean;
}

/** What all slices of a job have found. */
export interface SliceFindings {
  readonly differences: number;
  /** The first of them. */
  readonly differing: readonly DifferingRow[];
}

/**
 * The rows of `crossfade.job_slice`: disjoint parts of a job's rows, each with a cursor, a lease and a
 * fence of its own, so that several workers walk them without waiting for each other. Who cuts or takes
 * one holds the job's row for that moment.
 */
export class SliceStore {
  readonly #database: TargetDatabase;

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /** Takes a slice that was left by whoever held it. The fence rises: that one is locked out. */
  async take(session: TargetSession, job: ClaimedJob): Promise<Slice | null> {
    const [row] = await session.query<Slice>(
      `UPDATE crossfade.job_slice SET fence = fence + 1, lease_until = NULL
       WHERE id = (SELECT id FROM crossfade.job_slice WHERE job = $1 AND NOT ended
         AND (lease_until IS NULL OR lease_until < clock_timestamp())
         ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1)
       RETURNING id, fence, operation`,
      [job.id],
    );
    return row ?? null;
  }

  /**
   * Takes rows that nobody has yet: those from the job's cursor up to the end. The first batch is as
   * large as the last one of the slice before.
   * @param rest what is left for others
   */
  async cut(
    session: TargetSession,
    job: ClaimedJob,
    { operation, key, size }: JobCursor,
    end: RangeEnd,
    rest: JobCursor,
  ): Promise<Slice> {
    const [row] = await session.query<Slice>(
      `WITH cut AS (UPDATE crossfade.job SET cursor = $6 WHERE id = $1)
       INSERT INTO crossfade.job_slice (job, operation, key, until, rows, size)
       VALUES ($1, $2, $3, $4, $7, coalesce((SELECT size FROM crossfade.job_slice WHERE job = $1
         ORDER BY id DESC LIMIT 1), $5)) RETURNING id, fence, operation`,
      [job.id, operation, key, end.key, size, JSON.stringify(rest), end.rows],
    );
    if (row === undefined) throw new TypeError('An INSERT yields a row.');
    return row;
  }

  /**
   * Lets others come in for further slices: from here on the slice has a lease of its own, and the job
   * is due again.
   */
  async lend(session: TargetSession, job: ClaimedJob, slice: Slice): Promise<void> {
    await session.query(
      `UPDATE crossfade.job_slice SET lease_until = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
       WHERE id = $1`,
      [slice.id, LEASE_MS],
    );
    await session.query(
      `UPDATE crossfade.job SET owner = NULL, lease_until = NULL, due_at = clock_timestamp() WHERE id = $1`,
      [job.id],
    );
  }

  /** True while somebody is at work on a slice. */
  async isOpen(session: TargetSession, job: ClaimedJob): Promise<boolean> {
    const [row] = await session.query<{ open: boolean }>(
      'SELECT EXISTS (SELECT FROM crossfade.job_slice WHERE job = $1 AND NOT ended) AS open',
      [job.id],
    );
    return row?.open === true;
  }

  /**
   * The first act of every batch: proves that the fence still holds, and locks the slice, so that a
   * revocation waits for this transaction and then stops the next one.
   * @throws CrossfadeError `staleFence`
   */
  async enter(session: TargetSession, { id, fence }: Slice): Promise<EnteredSlice> {
    const [row] = await session.query<EnterRow>(
      `UPDATE crossfade.job_slice s SET lease_until = CASE WHEN s.lease_until IS NOT NULL
         THEN clock_timestamp() + make_interval(secs => $3::float8 / 1000) END
       FROM crossfade.job j
       WHERE s.id = $1 AND s.fence = $2 AND NOT s.ended AND j.id = s.job AND j.status = 'running'
       RETURNING s.key, s.until, (s.rows - s.done)::float8 AS left, s.size, j.batch_time_ms, j.pace`,
      [id, fence, LEASE_MS],
    );
    if (row === undefined) {
      const words = `Slice ${id} has changed hands or was revoked; nothing was written.`;
      throw new CrossfadeError('staleFence', words);
    }
    const { key, until, left, size } = row;
    return { key, until, left, size, pace: paceOf(row.batch_time_ms, row.pace) };
  }

  /** Saves the cursor with the batch that reached it. */
  async advance(session: TargetSession, slice: Slice, advance: SliceAdvance): Promise<void> {
    const { key, size, done, rate, differing, ended } = advance;
    await session.query(
      `UPDATE crossfade.job_slice SET key = $3, size = $4, done = done + $5, rate = $6,
         differences = differences + $7, ended = $9,
         differing = jsonb_path_query_array(differing || $8::jsonb, '$[0 to ${DESCRIBED_ROWS - 1}]')
       WHERE id = $1 AND fence = $2`,
      [
        slice.id,
        slice.fence,
        key,
        size,
        done,
        rate,
        differing.length,
        JSON.stringify(differing.slice(0, DESCRIBED_ROWS)),
        ended,
      ],
    );
  }

  /** Gives a slice back before its end. If that is forgotten in a crash, its lease runs out all the same. */
  async release({ id, fence }: Slice): Promise<void> {
    await this.#database.query(
      `UPDATE crossfade.job_slice SET lease_until = NULL
       FROM (SELECT set_config('synchronous_commit', 'off', true)) unhurried
       WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL`,
      [id, fence],
    );
  }

  /** Adds up what the slices of a job have found; the job's own row keeps it, and they go. */
  async gather(session: TargetSession, job: ClaimedJob): Promise<SliceFindings> {
    const [found] = await session.query<{
      differences: string;
      differing: readonly DifferingRow[];
    }>(
      `WITH gone AS (DELETE FROM crossfade.job_slice WHERE job = $1 RETURNING *),
         kept AS (UPDATE crossfade.job SET done = done + (SELECT coalesce(sum(done), 0) FROM gone),
           rate = coalesce((SELECT rate FROM gone ORDER BY id DESC LIMIT 1), rate) WHERE id = $1)
       SELECT coalesce(sum(differences), 0) AS differences, jsonb_path_query_array(
         coalesce((SELECT jsonb_agg(one ORDER BY id, place) FROM gone,
           jsonb_array_elements(differing) WITH ORDINALITY found(one, place)), '[]'),
         '$[0 to ${DESCRIBED_ROWS - 1}]') AS differing FROM gone`,
      [job.id],
    );
    return { differences: Number(found?.differences), differing: found?.differing ?? [] };
  }
}

interface EnterRow extends Omit<EnteredSlice, 'pace'> {
  readonly batch_time_ms: number;
  readonly pace: StoredPace;
}
