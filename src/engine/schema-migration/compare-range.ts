import type { Movement } from '../../core/schema-migration/movement.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';
import { applySettings } from './locking.ts';
import { applyRangeSettings } from './range-settings.ts';
import type { KeyRange } from './range-task.ts';
import type { RangeEnd } from './slice-store.ts';

/** Rows that are worth a look at how many values they hold. */
const MANY_ROWS = 50_000;
/** How often a value has to come on average for values to be compared in place of rows. */
const REPEATS = 8;
/** The planner takes columns that are made of each other for independent, and would sort for fear of their number. */
const FEW_VALUES = { enable_sort: 'off' };

/** What came of a comparison, and of how many rows. */
interface Compared {
  readonly isAlike: boolean;
  readonly rows: number;
}

/** Two sessions that may work at the same time. */
interface TwoSessions {
  readonly session: TargetSession;
  readonly database: TargetDatabase;
  /** What the other one's transaction runs under, beside the settings of the expressions. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Both shapes of a range in one snapshot. */
export async function compareRange(
  session: TargetSession,
  movement: Movement,
  range: KeyRange,
): Promise<Compared> {
  const way = await wayFor(session, movement, range);
  const { isAlike, rows } = await compareBy(way, session, movement, range);
  return { isAlike, rows: rows ?? range.rows };
}

/** By two sessions, each with about one half in a snapshot of its own. */
export async function compareHalves(
  { session, database, settings }: TwoSessions,
  movement: Movement,
  range: KeyRange,
): Promise<Compared> {
  const middle = await middleOf(session, movement, range);
  const way = await wayFor(session, movement, range);
  const both = await Promise.allSettled([
    compareBy(way, session, movement, { ...range, to: middle }),
    database.transaction(async (other) => {
      await applyRangeSettings(other, movement.migration, settings);
      return compareBy(way, other, movement, { ...range, from: middle });
    }),
  ]);
  const [one, other] = both.map((done) => {
    if (done.status === 'rejected') throw done.reason;
    return done.value;
  });
  if (one === undefined || other === undefined) throw new TypeError('There are two halves.');
  const isCounted = one.rows === null || other.rows === null;
  const rows = isCounted ? range.rows : one.rows + other.rows;
  return { isAlike: one.isAlike && other.isAlike, rows };
}

/** Counts to it along the index where the planner does not know; the end of a range that is empty by now. */
async function middleOf(
  session: TargetSession,
  movement: Movement,
  { from, to, rows }: KeyRange,
): Promise<KeyRange['to']> {
  const { middle, bound } = movement.range();
  const [known] = await session.query<Pick<RangeEnd, 'key'>>(middle, [from, to]);
  if (known !== undefined) return known.key;
  const [counted] = await session.query<RangeEnd>(bound, [from, Math.ceil(rows / 2), to]);
  return counted?.key ?? to;
}

/** A statement that compares a range, and what it is to run under. */
interface Way {
  readonly sql: string;
  readonly settings: Readonly<Record<string, string>> | null;
}

/** By their values where few of them come again and again, else row by row. */
async function wayFor(
  session: TargetSession,
  movement: Movement,
  { rows }: KeyRange,
): Promise<Way> {
  const { compare, byValue } = movement.range();
  const byRow = { sql: compare, settings: null };
  if (byValue === undefined || rows < MANY_ROWS) return byRow;
  const [few] = await session.query<{ values: number }>(byValue.number);
  const pays = few !== undefined && few.values * REPEATS <= rows;
  return pays ? { sql: byValue.compare, settings: FEW_VALUES } : byRow;
}

/** @returns `rows` null where they had been counted before, and need not be again */
async function compareBy(
  { sql, settings }: Way,
  session: TargetSession,
  movement: Movement,
  { from, to, isCounted }: KeyRange,
): Promise<{ readonly isAlike: boolean; readonly rows: number | null }> {
  if (settings !== null) await applySettings(session, settings);
  const [found] = await session.query<Found>(sql, [from, to]);
  const isAlike = Number(found?.suspects) === 0;
  if (found?.rows !== undefined) return { isAlike, rows: Number(found.rows) };
  if (isCounted) return { isAlike, rows: null };
  const [counted] = await session.query<{ rows: string }>(movement.range().count, [from, to]);
  return { isAlike, rows: Number(counted?.rows) };
}

interface Found {
  readonly suspects: string;
  /** Where they were counted on the way. */
  readonly rows?: string;
}
