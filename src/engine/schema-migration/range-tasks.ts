import { SMALLEST_LOCKED, SMALLEST_READ } from '../../core/schema-migration/batch-size.ts';
import { DESCRIBED_ROWS, type DifferingRow } from '../../core/schema-migration/differing-row.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { JudgingSql, RangeSql } from '../../core/schema-migration/range-sql.ts';
import type { TargetSession } from '../ports/target-database.ts';
import type { Turn, TurnEnd } from './job-run.ts';
import type { RangeEnd } from './slice-store.ts';
import type { RuleLooks } from './rule-looks.ts';
import type { StepwiseRunner } from './stepwise-runner.ts';
import { type KeyRange, type RangeTask, WRITTEN_SLICE_ROWS } from './range-task.ts';

/** A batch and its cursor are lost together, if ever, and done again: no need to wait for the disk. */
const unhurried = { synchronous_commit: 'off' };

/** To find a range's end costs as much as a part of comparing it, and a reader locks no row of it. */
const READ_SLICE_ROWS = 250_000;

/** Rows that are judged by one statement, one by one. */
const CAREFUL_ROWS = 10_000;

/** Fills the new column of rows that nobody has written since expand. */
export class BackfillTask implements RangeTask {
  readonly kind = 'backfill';
  readonly sliceRows = WRITTEN_SLICE_ROWS;
  readonly smallest = SMALLEST_LOCKED;
  readonly stretch = 1;
  readonly settings = unhurried;
  readonly #steps: StepwiseRunner;

  constructor(steps: StepwiseRunner) {
    this.#steps = steps;
  }

  /** Indexes are built when the rows are there: a backfill that keeps them up takes longer. */
  rest(turn: Turn): Promise<TurnEnd | null> {
    return this.#steps.rest(turn, 'index');
  }

  async work(session: TargetSession, movement: Movement, range: KeyRange): Promise<readonly []> {
    const sql = movement.range(await hasNewWrites(session, movement));
    const bounds = [range.from, range.to];
    const [filled] = await session.query<Filled>(sql.fill, bounds);
    if (await hasTrouble(session, sql, range, filled)) await session.query(sql.file, bounds);
    return [];
  }

  async workCarefully(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
  ): Promise<readonly []> {
    const sql = movement.range(await hasNewWrites(session, movement));
    const bounds = [range.from, range.to];
    await session.query(sql.lockRange, bounds);
    await session.query(sql.fillSafely, bounds);
    await session.query(sql.file, bounds);
    return [];
  }
}

/**
 * Compares both shapes, each range in one snapshot. A difference counts when a second reading sees
 * it too. Rows that fail or lose something are filed, if they are not yet, and counted there.
 */
export class VerifyTask implements RangeTask {
  readonly kind = 'verify';
  readonly sliceRows = READ_SLICE_ROWS;
  readonly smallest = SMALLEST_READ;
  readonly stretch = 10;
  readonly settings = unhurried;
  readonly #rules: RuleLooks;

  constructor(rules: RuleLooks) {
    this.#rules = rules;
  }

  /** A rollback waits for parity alone: it leaves to the old version what that keeps. */
  rest(turn: Turn): Promise<TurnEnd | null> {
    return this.#rules.rest(turn);
  }

  async work(
    session: TargetSession,
    movement: Movement,
    range: KeyRange,
  ): Promise<readonly DifferingRow[]> {
    const bounds = [range.from, range.to];
    const sql = movement.range();
    const [compared] = await session.query<{ suspects: string }>(sql.compare, bounds);
    if (Number(compared?.suspects) === 0) return [];
    const judging = await narrowed(session, sql, bounds);
    if (judging === null) return this.workCarefully(session, movement, range);
    return judged(session, movement, bounds, { ...sql, ...judging });
  }

  /** Each row takes many times as long by itself, so few of them go into one statement. */
  async workCarefully(
    session: TargetSession,
    movement: Movement,
    { from, to }: KeyRange,
  ): Promise<readonly DifferingRow[]> {
    const sql = movement.range();
    const found: DifferingRow[] = [];
    for (let at = from; ;) {
      const [end] = await session.query<RangeEnd>(sql.bound, [at, CAREFUL_ROWS, to]);
      if (end === undefined) return found;
      found.push(...(await judged(session, movement, [at, end.key], sql)));
      at = end.key;
    }
  }
}

type Keys = readonly (readonly string[])[];

/** Of a range that differs somewhere, what does; null where nothing can tell. */
async function narrowed(
  session: TargetSession,
  { bisection, within, suspected }: RangeSql,
  bounds: readonly unknown[],
): Promise<JudgingSql | null> {
  if (bisection === undefined || within === undefined) return suspected ?? null;
  const [coarse] = await session.query<Parts>(bisection.coarse, bounds);
  const [fine] = await session.query<Parts>(bisection.fine, [...bounds, coarse?.parts ?? []]);
  return within(fine?.parts ?? []);
}

interface Parts {
  readonly parts: readonly number[];
}

async function judged(
  session: TargetSession,
  { table }: Movement,
  bounds: readonly unknown[],
  sql: JudgingSql & Pick<RangeSql, 'describe'>,
): Promise<readonly DifferingRow[]> {
  const suspects = await keysOf(session, sql, [...bounds, null]);
  const confirmed = suspects.length === 0 ? [] : await again(session, sql, bounds, suspects);
  await session.query(sql.file, bounds);
  const columns = await described(session, sql, confirmed.slice(0, DESCRIBED_ROWS));
  return confirmed.map((key, at) => ({
    row: `${table}(${key.join(', ')})`,
    columns: at < DESCRIBED_ROWS ? (columns.get(JSON.stringify(key)) ?? []) : [],
  }));
}

/** By keys. A row that is gone by now is not among them. */
async function described(
  session: TargetSession,
  { describe }: Pick<RangeSql, 'describe'>,
  keys: Keys,
): Promise<ReadonlyMap<string, DifferingRow['columns']>> {
  if (keys.length === 0) return new Map();
  const rows = await session.query<{ key: readonly string[] } & Pick<DifferingRow, 'columns'>>(
    describe,
    [JSON.stringify(keys)],
  );
  return new Map(rows.map(({ key, columns }) => [JSON.stringify(key), columns]));
}

async function again(
  session: TargetSession,
  sql: JudgingSql,
  bounds: readonly unknown[],
  suspects: Keys,
): Promise<Keys> {
  return keysOf(session, sql, [...bounds, JSON.stringify(suspects)]);
}

async function keysOf(
  session: TargetSession,
  sql: JudgingSql,
  values: readonly unknown[],
): Promise<Keys> {
  const [row] = await session.query<{ keys: Keys }>(sql.differing, values);
  return row?.keys ?? [];
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
