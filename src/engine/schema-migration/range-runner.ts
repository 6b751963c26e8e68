import { nextBatchSize } from '../../core/schema-migration/batch-size.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import {
  besideOthers,
  isUnrestrained,
  type Pace,
  pausedWords,
  restAfter,
  scheduleWords,
} from '../../core/schema-migration/pace.ts';
import { longBatch, throttleReason } from '../../core/schema-migration/throttle-reason.ts';
import type { FaultPoints } from '../ports/fault-points.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { jittered } from './job-run.ts';
import type { JobRunner, Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob, JobStore } from './job-store.ts';
import { estimateRows } from './estimate-rows.ts';
import { liveMovements } from './live-movements.ts';
import { isLockConflict } from './locking.ts';
import { applyRangeSettings } from './range-settings.ts';
import type { LoadProbe, SeenLoad } from './load-probe.ts';
import type { KeyRange, RangeTask, Worked } from './range-task.ts';
import { SliceHolder } from './slice-holder.ts';
import { type EnteredSlice, type RangeEnd, type Slice, SliceStore } from './slice-store.ts';

const PAUSE_MS = 200;
/** Between two batches of a job that is throttled: a batch of 100 ms leaves the target 98 % of the time. */
const SLOW_MS = 5_000;
/** Between two looks at how the target fares. */
const LOOK_MS = 200;
/** A longer rest is given back: others may use the worker, and people see what it waits for. */
const LONG_REST_MS = 1_000;
/** How long what a job walks is taken as it was. */
const KNOWN_MS = 3_000;
/** Rows that a reason names. */
const NAMED_ROWS = 5;

/**
 * Walks every row of every movement once, in batches, each of which leaves an exact place to resume. Any
 * number of workers may do so, each on a slice of its own.
 */
export class RangeRunner implements JobRunner {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #slices: SliceStore;
  readonly #probe: LoadProbe;
  readonly #task: RangeTask;
  readonly #faultPoints: FaultPoints;
  #known: Known | null = null;

  constructor(
    database: TargetDatabase,
    store: JobStore,
    probe: LoadProbe,
    task: RangeTask,
    faultPoints: FaultPoints,
  ) {
    this.#database = database;
    this.#store = store;
    this.#slices = new SliceStore(database);
    this.#probe = probe;
    this.#task = task;
    this.#faultPoints = faultPoints;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const { job } = turn;
    const { movements, catalog } = await this.#walkedBy(job);
    if (job.total === null && job.unit === null)
      await this.#store.setTotal(job, await estimateRows(this.#database, movements));
    const walk: Walk = { turn, movements, load: null, lookedAt: 0 };
    const walked = { movements, sliceRows: this.#task.sliceRows, counts: this.#task.counts };
    const holder = new SliceHolder(this.#database, this.#store, this.#slices, job, walked);
    do {
      await this.#look(walk);
      // Beside applications one worker is enough.
      const isShared = walk.load?.isBusy !== true && job.throttle === null;
      const held = await holder.next(isShared);
      if (held === 'done') {
        return (await this.#task.rest?.(turn, catalog)) ?? (await this.#finish(job, movements));
      }
      if (held === 'lent') return { kind: 'more' };
      if (held === 'others') return { kind: 'waits', reason: null, delayMs: jittered(PAUSE_MS) };
      const end = await this.#walk(walk, held);
      if (end !== null) return end;
    } while (!turn.isOver());
    return { kind: 'more' };
  }

  /** Turns follow each other closely, and to read the catalog takes as long as a batch. */
  async #walkedBy(job: ClaimedJob): Promise<Known> {
    const [now, known] = [performance.now(), this.#known];
    const isOfLate = known?.job === job.id && now - known.at < KNOWN_MS;
    if (isOfLate && !job.fresh) return known;
    const seen = await this.#database.catalog(job.migration);
    const catalog = (await this.#task.catalog?.(job, seen)) ?? seen;
    this.#known = { job: job.id, at: now, catalog, movements: liveMovements(job, catalog) };
    return this.#known;
  }

  /** Batch by batch to the end of the slice: null there, else how the turn ends. */
  async #walk(walk: Walk, slice: Slice): Promise<TurnEnd | null> {
    const { turn } = walk;
    let isOpen = true;
    try {
      for (;;) {
        const { end, ended } = await this.#tryBatch(walk, slice);
        isOpen = !ended;
        if (end.kind !== 'more') return end;
        const { throttle } = turn.job;
        if (throttle !== null) return { kind: 'waits', reason: throttle, delayMs: SLOW_MS };
        if (ended) return null;
        if (turn.isOver()) return { kind: 'more' };
        await this.#look(walk);
      }
    } finally {
      // Whoever cannot say so loses it when its lease runs out.
      if (isOpen) await this.#slices.release(slice).catch(() => undefined);
    }
  }

  async #tryBatch(walk: Walk, slice: Slice): Promise<BatchEnd> {
    const started = performance.now();
    let batch: Batch;
    try {
      batch = await this.#carriedOut(walk, slice, started);
    } catch (fault) {
      if (!isLockConflict(fault)) throw fault;
      const reason = 'throttled: rows of the next batch are locked by others';
      return { end: { kind: 'waits', reason, delayMs: jittered(PAUSE_MS) }, ended: false };
    }
    if (batch.kind === 'stopped') return { end: batch.end, ended: false };
    this.#faultPoints.reached(`${this.#task.kind}.afterCommit`);
    const end = await this.#rest(batch.pace, performance.now() - started);
    return { end, ended: batch.ended };
  }

  /** What trips over a row is rolled back as a whole, and done again with care. */
  async #carriedOut(walk: Walk, slice: Slice, started: number): Promise<Batch> {
    const by = (work: RangeTask['work']): Promise<Batch> =>
      this.#database.transaction((session) => this.#batch(session, walk, slice, { work, started }));
    try {
      return await by(this.#task.work.bind(this.#task));
    } catch (fault) {
      const task = this.#task;
      if (!isRowsFault(fault) || task.workCarefully === undefined) throw fault;
      return by(task.workCarefully.bind(task));
    }
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

  async #batch(
    session: TargetSession,
    walk: Walk,
    slice: Slice,
    { work, started }: { readonly work: RangeTask['work']; readonly started: number },
  ): Promise<Batch> {
    const { pace: wanted, ...entered } = await this.#slices.enter(session, slice);
    const { size } = entered;
    const pace = { ...wanted, batchTimeMs: wanted.batchTimeMs * this.#task.stretch };
    const stopped = stops(walk, pace);
    if (stopped !== null) return { kind: 'stopped', end: stopped };
    const movement = walk.movements[slice.operation];
    if (movement === undefined) throw new TypeError('A slice is of one of the movements.');
    const now = besideOthers(pace, walk.load?.isBusy ?? null);
    await this.#applySettings(session, walk.turn.job);
    const range = await nextRange(session, movement, entered);
    // What came before takes as long for any number of rows, and nobody waits for it.
    const begun = performance.now();
    const spent = (): number => performance.now() - begun;
    const worked = await work(session, movement, range, {
      isLate: () => spent() >= now.batchTimeMs,
      isUnrestrained: walk.turn.job.throttle === null && isUnrestrained(now),
    });
    const { key, rows, ended } = comeTo(worked, range, size);
    this.#faultPoints.reached(`${this.#task.kind}.beforeCursor`);
    const elapsed = performance.now() - started;
    await this.#slices.advance(session, slice, {
      key,
      size: ended ? size : this.#nextSize(worked.stopped?.rows ?? size, spent(), now),
      done: rows,
      rate: (rows * 1_000) / (elapsed + restAfter(elapsed, now)),
      differing: worked.differing,
      ended,
    });
    this.#faultPoints.reached(`${this.#task.kind}.beforeCommit`);
    return { kind: 'done', pace: { ...now, batchTimeMs: pace.batchTimeMs }, ended };
  }

  #nextSize(rows: number, tookMs: number, { batchTimeMs }: Pace): number {
    return nextBatchSize(rows, tookMs, batchTimeMs, this.#task.limits);
  }

  #applySettings(session: TargetSession, { migration }: ClaimedJob): Promise<void> {
    return applyRangeSettings(session, migration, this.#task.settings);
  }

  async #finish(job: ClaimedJob, movements: readonly Movement[]): Promise<TurnEnd> {
    await this.#database.transaction(async (session) => {
      await this.#store.enter(session, job);
      await this.#applySettings(session, job);
      const { differences, differing } = await this.#slices.gather(session, job);
      const named = differing.slice(0, NAMED_ROWS).map(({ row }) => row);
      for (const movement of movements) await session.query(movement.settle());
      await this.#store.finish(session, job, {
        differences: this.#task.kind === 'verify' ? differences : null,
        reason:
          differences > 0 ? `${differences} rows differ, among them ${named.join(', ')}` : null,
        differing,
      });
      this.#faultPoints.reached(`${this.#task.kind}.beforeCommit`);
    });
    this.#faultPoints.reached(`${this.#task.kind}.afterCommit`);
    return { kind: 'finished' };
  }
}

/** At most so many rows of a slice; uncounted when that is all that is left of it. */
async function nextRange(
  session: TargetSession,
  movement: Movement,
  { key: from, until, left, size }: Omit<EnteredSlice, 'pace'>,
): Promise<KeyRange> {
  if (left <= size) return { from, to: until, rows: Math.max(left, 0), isCounted: false };
  const { bound } = movement.range();
  const [end] = await session.query<RangeEnd>(bound, [from, size, until]);
  return { from, to: end?.key ?? until, rows: Number(end?.rows ?? 0), isCounted: true };
}

/** Where a slice stands after a batch of `size` rows. */
function comeTo(
  { stopped, rows }: Worked,
  range: KeyRange,
  size: number,
): { readonly key: readonly string[]; readonly rows: number; readonly ended: boolean } {
  if (stopped !== undefined) return { ...stopped, ended: false };
  const ended = !range.isCounted || range.rows < size;
  return { key: range.to, rows: rows ?? range.rows, ended };
}

/** Data exceptions, broken constraints and whatever a function raises: some row's fault. */
const isRowsFault = (fault: unknown): boolean =>
  fault instanceof TargetSqlError && /^(22|23|P0)/.test(fault.sqlState);

/** What a job walks, as it was a moment ago. */
interface Known {
  readonly job: string;
  readonly at: number;
  readonly catalog: Catalog;
  readonly movements: readonly Movement[];
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
  | { readonly kind: 'done'; readonly pace: Pace; readonly ended: boolean }
  | { readonly kind: 'stopped'; readonly end: TurnEnd };

/** How the turn goes on after a batch, and whether the slice ended with it. */
interface BatchEnd {
  readonly end: TurnEnd;
  readonly ended: boolean;
}

/** Why this batch does not begin: a person, its hours, or how the target fares. */
function stops({ load }: Walk, pace: Pace): TurnEnd | null {
  const closed = load === null ? null : scheduleWords(pace, load.at);
  const busy = load === null ? null : throttleReason(load, pace.limits);
  const reason = pausedWords(pace) ?? closed ?? busy;
  if (reason === null) return null;
  return { kind: 'waits', reason, delayMs: reason === closed ? SLOW_MS : jittered(PAUSE_MS) };
}
