import { LOCKED, WRITTEN_SLICE_ROWS } from '../../core/schema-migration/batch-size.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { RangeSql } from '../../core/schema-migration/range-sql.ts';
import type { TargetSession } from '../ports/target-database.ts';
import type { Turn, TurnEnd } from './job-run.ts';
import type { StepwiseRunner } from './stepwise-runner.ts';
import { DONE, type KeyRange, type RangeTask, UNHURRIED, type Worked } from './range-task.ts';

/** Fills the new column of rows that nobody has written since expand. */
export class BackfillTask implements RangeTask {
  readonly kind = 'backfill';
  readonly sliceRows = WRITTEN_SLICE_ROWS;
  readonly counts = false;
  readonly limits = LOCKED;
  readonly stretch = 1;
  readonly settings = UNHURRIED;
  readonly #steps: StepwiseRunner;

  constructor(steps: StepwiseRunner) {
    this.#steps = steps;
  }

  /** Indexes are built when the rows are there: a backfill that keeps them up takes longer. */
  rest(turn: Turn): Promise<TurnEnd | null> {
    return this.#steps.rest(turn, 'index');
  }

  async work(session: TargetSession, movement: Movement, range: KeyRange): Promise<Worked> {
    const sql = movement.range(await hasNewWrites(session, movement));
    const bounds = [range.from, range.to];
    const [filled] = await session.query<Filled>(sql.fill, bounds);
    if (await hasTrouble(session, sql, range, filled)) await session.query(sql.file, bounds);
    return DONE;
  }

  async workCarefully(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
  ): Promise<Worked> {
    const sql = movement.range(await hasNewWrites(session, movement));
    const bounds = [range.from, range.to];
    await session.query(sql.lockRange, bounds);
    await session.query(sql.fillSafely, bounds);
    await session.query(sql.file, bounds);
    return DONE;
  }
}

async function hasNewWrites(session: TargetSession, movement: Movement): Promise<boolean> {
  const [row] = await session.query<{ some: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM crossfade.quarantine WHERE operation = $1
       AND direction = 'down' AND resolved_at IS NULL) AS some`,
    [movement.id],
  );
  return row?.some === true;
}

interface Filled {
  readonly written: string;
  readonly lossy: string;
}

/** Whether rows of the range may have failed or lost something. */
async function hasTrouble(
  session: TargetSession,
  sql: RangeSql,
  { from, to, rows }: KeyRange,
  filled: Filled | undefined,
): Promise<boolean> {
  if (Number(filled?.lossy) > 0) return true;
  // Where every row of the range was written, none was erased; who came since was met by the sync.
  if (sql.erased === null || Number(filled?.written) === rows) return false;
  const [row] = await session.query<{ erased: string }>(sql.erased, [from, to]);
  return Number(row?.erased) > 0;
}
