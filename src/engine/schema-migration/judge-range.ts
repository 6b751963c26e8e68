import { DESCRIBED_ROWS, type DifferingRow } from '../../core/schema-migration/differing-row.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { JudgingSql, RangeSql } from '../../core/schema-migration/range-sql.ts';
import type { TargetSession } from '../ports/target-database.ts';
import type { KeyRange } from './range-task.ts';

type Keys = readonly (readonly string[])[];

/**
 * The rows that differ of a range of which some do. Rows that fail or lose something are filed.
 * @throws TargetSqlError when `compare` would have tripped over a row
 */
export async function judgeSuspects(
  session: TargetSession,
  movement: Movement,
  { from, to }: KeyRange,
): Promise<readonly DifferingRow[]> {
  const [sql, bounds] = [movement.range(), [from, to]];
  return judged(session, movement, bounds, { ...sql, ...(await narrowed(session, sql, bounds)) });
}

/** The same, each row by itself and without ever failing. */
export async function judgeEach(
  session: TargetSession,
  movement: Movement,
  { from, to }: KeyRange,
): Promise<readonly DifferingRow[]> {
  return judged(session, movement, [from, to], movement.range());
}

/** Of a range that differs somewhere, what does. */
async function narrowed(
  session: TargetSession,
  { bisection, within, suspected }: RangeSql,
  bounds: readonly unknown[],
): Promise<JudgingSql> {
  if (bisection === undefined || within === undefined) return suspected;
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
