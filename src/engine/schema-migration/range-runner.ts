import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { FIRST_BATCH, nextBatchSize } from '../../core/schema-migration/batch-size.ts';
import { qualified } from '../../core/schema-migration/identifier.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import {
  besideOthers,
  type Pace,
  pausedWords,
  restAfter,
} from '../../core/schema-migration/pace.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import { expressionSettings } from '../../core/schema-migration/sync-trigger.ts';
import { longBatch, throttleReason } from '../../core/schema-migration/throttle-reason.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { FaultPoints } from '../ports/fault-points.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { jittered } from './job-run.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobCursor, JobStore } from './job-store.ts';
import { applySettings, isLockConflict } from './locking.ts';
import type { LoadProbe, SeenLoad } from './load-probe.ts';

/** A range of a table's key: above `from` (null: from the start), up to and with `to`. */
export interface KeyRange {
  readonly from: readonly string[] | null;
  readonly to: readonly string[];
  /** How many rows it held when its end was looked up. */
  readonly rows: number;
}

/** What is done to each range, inside the transaction that saves the cursor. */
export interface RangeTask {
  /** The end of a `verify` tells how many rows differ. */
  readonly kind: 'backfill' | 'verify';
  /** What its transactions run under, beside the settings of the expressions. */
  readonly settings: Readonly<Record<string, string>>;
  /** What is left to do when all rows have been walked; null when nothing is. */
  rest?(turn: Turn): Promise<TurnEnd | null>;
  /** Returns the keys of rows whose two shapes differ. */
  work(session: TargetSession, movement: Movement, range: KeyRange): Promise<readonly string[]>;
}

const ROW_LOCK_MS = 100;
const PAUSE_MS = 200;
/** Between two batches of a job that is throttled: a batch of 100 ms leaves the target 98 % of the time. */
const SLOW_MS = 5_000;
/** Between two looks at how the target fares. */
const LOOK_MS = 100;
/** A longer rest is given back: others may use the worker, and people see what it waits for. */
const LONG_REST_MS = 1_000;
const SAMPLES = 5;
const SMALL_TABLE_BYTES = 16 * 1024 * 1024;

/** Walks every row of every movement once, in batches, each of which leaves an exact place to resume. */
export class RangeRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #probe: LoadProbe;
  readonly #task: RangeTask;
  readonly #faultPoints: FaultPoints;

  constructor(
    database: TargetDatabase,
    store: JobStore,
    probe: LoadProbe,
    task: RangeTask,
    faultPoints: FaultPoints,
  ) {
    this.#database = database;
    this.#store = store;
    this.#probe = probe;
    this.#task = task;
    this.#faultPoints = faultPoints;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const { job } = turn;
    const movements = liveMovements(job, await this.#database.catalog(job.migration));
    if (job.total === null) await this.#store.setTotal(job, await this.#estimate(movements));
    const walk: Walk = { turn, movements, load: null, lookedAt: 0 };
    do {
      const end = await this.#tryBatch(walk);
      if (end.kind !== 'more') return end;
      if (job.throttle !== null) return { kind: 'waits', reason: job.throttle, delayMs: SLOW_MS };
    } while (!turn.isOver());
    return { kind: 'more' };
  }

  async #tryBatch(walk: Walk): Promise<TurnEnd> {
    const { turn, movements } = walk;
    await this.#look(walk);
    const started = performance.now();
    let batch: Batch;
    try {
      batch = await this.#database.transaction((session) => this.#batch(session, walk, started));
    } catch (fault) {
      if (!isLockConflict(fault)) throw fault;
      const reason = 'throttled: rows of the next batch are locked by others';
      return { kind: 'waits', reason, delayMs: jittered(PAUSE_MS) };
    }
    if (batch.kind === 'stopped') return batch.end;
    if (batch.kind === 'walked') {
      return (await this.#task.rest?.(turn)) ?? (await this.#finish(turn.job, movements));
    }
    this.#faultPoints.reached(`${this.#task.kind}.afterCommit`);
    return this.#rest(batch.pace, performance.now() - started);
  }

  /** Not before every batch: they may be short. */
  async #look(walk: Walk): Promise<void> {
    const now = performance.now();
    if (walk.load !== null && now - walk.lookedAt < LOOK_MS) return;
    const tables = walk.movements.map(({ table }) => table);
    walk.load = await this.#probe.look(walk.turn.job.migration.schema, tables);
    walk.lookedAt = now;
  }

  async #rest(pace: Pace, elapsed: number): Promise<TurnEnd> {
    const reason = longBatch(elapsed, pace.batchTimeMs);
    if (reason !== null) return { kind: 'waits', reason, delayMs: Math.min(elapsed, 2_000) };
    const restMs = restAfter(elapsed, pace);
    if (restMs > LONG_REST_MS) {
      return { kind: 'waits', reason: `rests ${restMs} ms (nice ${pace.nice})`, delayMs: restMs };
    }
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    return { kind: 'more' };
  }

  async #batch(session: TargetSession, walk: Walk, started: number): Promise<Batch> {
    const { job } = walk.turn;
    const { cursor, pace } = await this.#enter(session, job);
    const stopped = stops(walk, pace);
    if (stopped !== null) return { kind: 'stopped', end: stopped };
    const movement = walk.movements[cursor.operation];
    if (movement === undefined) return { kind: 'walked' };
    const { bound } = movement.range();
    const [end] = await session.query<Bound>(bound, [cursor.key, cursor.size]);
    if (end === undefined) {
      const next = { ...cursor, operation: cursor.operation + 1, key: null };
      await this.#store.advance(session, job, { cursor: next, done: 0, rate: null });
      return { kind: 'more', pace };
    }
    const rows = Number(end.rows);
    const range = { from: cursor.key, to: end.key, rows };
    const differing = await this.#task.work(session, movement, range);
    this.#faultPoints.reached(`${this.#task.kind}.beforeCursor`);
    const elapsed = performance.now() - started;
    const now = besideOthers(pace, walk.load?.isBusy ?? null);
    const next: JobCursor = {
      operation: cursor.operation,
      key: end.key,
      size:
        rows >= cursor.size ? nextBatchSize(cursor.size, elapsed, now.batchTimeMs) : cursor.size,
      differences: cursor.differences + differing.length,
      samples: [...cursor.samples, ...differing].slice(0, SAMPLES),
    };
    const rate = (rows * 1_000) / (elapsed + restAfter(elapsed, now));
    await this.#store.advance(session, job, { cursor: next, done: rows, rate });
    this.#faultPoints.reached(`${this.#task.kind}.beforeCommit`);
    return { kind: 'more', pace: { ...now, batchTimeMs: pace.batchTimeMs } };
  }

  async #enter(
    session: TargetSession,
    job: ClaimedJob,
  ): Promise<{ readonly cursor: JobCursor; readonly pace: Pace }> {
    const { cursor, pace } = await this.#store.enter(session, job);
    await applySettings(session, {
      ...expressionSettings(job.migration.schema),
      ...this.#task.settings,
      'crossfade.sync': 'off',
      row_security: 'off',
      lock_timeout: `${ROW_LOCK_MS}ms`,
    });
    return { cursor: cursor ?? START, pace };
  }

  async #finish(job: ClaimedJob, movements: readonly Movement[]): Promise<TurnEnd> {
    await this.#database.transaction(async (session) => {
      const { differences, samples } = (await this.#enter(session, job)).cursor;
      for (const movement of movements) await session.query(movement.settle());
      await this.#store.finish(session, job, {
        differences: this.#task.kind === 'verify' ? differences : null,
        reason:
          differences > 0 ? `${differences} rows differ, among them ${samples.join(', ')}` : null,
      });
      this.#faultPoints.reached(`${this.#task.kind}.beforeCommit`);
    });
    this.#faultPoints.reached(`${this.#task.kind}.afterCommit`);
    return { kind: 'finished' };
  }

  /** Exact for small tables, the planner's figure for large ones, null where nobody ever counted. */
  async #estimate(movements: readonly Movement[]): Promise<number | null> {
    let total = 0;
    for (const movement of movements) {
      const table = qualified(movement.migration.schema, movement.table);
      const [row] = await this.#database.query<{ rows: string | null }>(
        `SELECT CASE WHEN pg_relation_size(c.oid) < ${SMALL_TABLE_BYTES} THEN (SELECT count(*) FROM ${table})
           WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows
         FROM pg_class c WHERE c.oid = $1::regclass`,
        [table],
      );
      const rows = row?.rows ?? null;
      if (rows === null) return null;
      total += Number(rows);
    }
    return total;
  }
}

/** One turn's way through the rows. */
interface Walk {
  readonly turn: Turn;
  readonly movements: readonly Movement[];
  load: SeenLoad | null;
  /** When `load` was seen, as `performance.now()` counts. */
  lookedAt: number;
}

type Batch =
  | { readonly kind: 'more'; readonly pace: Pace }
  | { readonly kind: 'walked' }
  | { readonly kind: 'stopped'; readonly end: TurnEnd };

/** Why this batch does not begin: a person, or how the target fares. */
function stops({ load }: Walk, pace: Pace): TurnEnd | null {
  const reason = pausedWords(pace) ?? (load === null ? null : throttleReason(load, pace.limits));
  return reason === null ? null : { kind: 'waits', reason, delayMs: jittered(PAUSE_MS) };
}

interface Bound {
  readonly key: readonly string[];
  readonly rows: string;
}

const START: JobCursor = {
  operation: 0,
  key: null,
  size: FIRST_BATCH,
  differences: 0,
  samples: [],
};

/** What is kept in step right now; what has been contracted needs no more work. */
function liveMovements(job: ClaimedJob, catalog: Catalog): readonly Movement[] {
  const movements = resolveMovements(job.migration, catalog);
  const missing = movements.find(({ state }) => state === 'absent' || state === 'taken');
  if (missing !== undefined) {
    throw new CrossfadeError(
      'refused',
      `${missing.place} has not been expanded; run expand before ${job.kind}.`,
    );
  }
  return movements.filter(({ state }) => state === 'live');
}
