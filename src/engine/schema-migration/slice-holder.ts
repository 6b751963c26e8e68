import { CrossfadeError } from '../../core/errors.ts';
import { FIRST_BATCH } from '../../core/schema-migration/batch-size.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import type { ClaimedJob, JobCursor, JobStore } from './job-store.ts';
import { likelyRows } from './estimate-rows.ts';
import { applyRangeSettings } from './range-settings.ts';
import type { RangeEnd, Slice, SliceStore } from './slice-store.ts';

/** Where a job of ranges begins. */
const START: JobCursor = {
  operation: 0,
  key: null,
  size: FIRST_BATCH,
  differences: 0,
  samples: [],
};

/** Finds slices for one worker, during one turn of a job. */
export class SliceHolder {
  readonly #database: TargetDatabase;
  readonly #store: JobStore;
  readonly #slices: SliceStore;
  readonly #job: ClaimedJob;
  readonly #walk: Walked;
  #isLent = false;

  constructor(
    database: TargetDatabase,
    store: JobStore,
    slices: SliceStore,
    job: ClaimedJob,
    walk: Walked,
  ) {
    this.#database = database;
    this.#store = store;
    this.#slices = slices;
    this.#job = job;
    this.#walk = walk;
  }

  /**
   * A slice that was left behind, or the next rows that nobody has. `done`: there are none, and nobody
   * is at work; `others`: somebody is; `lent`: another worker has the job by now.
   * @param isShared lets others come in, as long as much is left for them
   */
  async next(isShared: boolean): Promise<Slice | 'done' | 'others' | 'lent'> {
    try {
      return await this.#database.transaction((session) => this.#held(session, isShared));
    } catch (fault) {
      const isTaken = fault instanceof CrossfadeError && fault.code === 'staleFence';
      if (this.#isLent && isTaken) return 'lent';
      throw fault;
    }
  }

  async #held(session: TargetSession, isShared: boolean): Promise<Slice | 'done' | 'others'> {
    const cursor = (await this.#store.enter(session, this.#job)).cursor ?? START;
    const { slice, rest } = await this.#found(session, cursor);
    if (slice === null) return (await this.#slices.isOpen(session, this.#job)) ? 'others' : 'done';
    const isMuch = rest.key !== null;
    if (isShared && isMuch) {
      await this.#slices.lend(session, this.#job, slice);
      this.#isLent = true;
    }
    return slice;
  }

  async #found(session: TargetSession, cursor: JobCursor): Promise<Found> {
    const left = await this.#slices.take(session, this.#job);
    if (left !== null) return { slice: left, rest: cursor };
    await applyRangeSettings(session, this.#job.migration);
    for (let from = cursor; ; from = pastMovement(from)) {
      const movement = this.#walk.movements[from.operation];
      if (movement === undefined) return { slice: null, rest: from };
      const end = await this.#end(session, movement, from.key);
      if (end === null) continue;
      // Rows that came behind the last one since are kept in step by the sync.
      const rest = end.isLast ? pastMovement(from) : { ...from, key: end.key };
      return { slice: await this.#slices.cut(session, this.#job, from, end, rest), rest };
    }
  }

  /** Of the rows above a key, as many as a slice may hold; null where there are none. */
  async #end(
    session: TargetSession,
    movement: Movement,
    from: JobCursor['key'],
  ): Promise<(RangeEnd & { readonly isLast: boolean }) | null> {
    const { sliceRows: most, counts } = this.#walk;
    const { bound, last } = movement.range();
    // Of one unit's rows nobody knows how many there are.
    const mayReckon = counts && this.#job.unit === null;
    const likely = mayReckon ? await likelyRows(session, movement) : null;
    if (likely !== null && likely <= most) {
      const [end] = await session.query<Pick<RangeEnd, 'key'>>(last, [from]);
      return end === undefined ? null : { ...end, rows: String(likely), isLast: true };
    }
    const [end] = await session.query<RangeEnd>(bound, [from, most, null]);
    return end === undefined ? null : { ...end, isLast: Number(end.rows) < most };
  }
}

/** What is walked, and in slices of how many rows. */
interface Walked {
  readonly movements: readonly Movement[];
  readonly sliceRows: number;
  /**
   * Whether rows are counted when they are walked. Then a table that likely holds no more of them than a slice may
   * becomes one uncounted: to count along an index takes a fifth of the time in which rows are compared, or more where
   * the table has been written of late.
   */
  readonly counts: boolean;
}

interface Found {
  readonly slice: Slice | null;
  /** Where rows begin that nobody has. */
  readonly rest: JobCursor;
}

const pastMovement = (from: JobCursor): JobCursor => ({
  ...from,
  operation: from.operation + 1,
  key: null,
});
