import type { Movement } from '../../../core/schema-migration/movement.ts';
import { blocks } from '../../../core/schema-migration/point-of-no-return.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import { type TargetSession, TargetSqlError } from '../../ports/target-database.ts';
import { applyRangeSettings } from '../range-settings.ts';
import type { RangeEnd } from '../slice-store.ts';

/** A walk over every row of every movement. */
export interface Walked {
  readonly rows: number;
  readonly ms: number;
  /** Rows whose two shapes do not belong together. */
  readonly differing: number;
}

export interface Filled extends Omit<Walked, 'differing'> {
  readonly walBytes: number;
  /** Rows that could not be converted. */
  readonly kept: number;
  /** The first of them, for people; empty where there is none. */
  readonly example: string;
}

/** As a backfill's batches are on most tables. */
const BATCH_ROWS = 5_000;

/** Fills the new shape of all copied rows, and counts those that cannot be. */
export async function fillRows(
  session: TargetSession,
  migration: SchemaMigration,
  movements: readonly Movement[],
): Promise<Filled> {
  const total = { rows: 0, ms: 0, walBytes: 0 };
  await walk(session, migration, movements, async (movement, range, { rows, begun }) => {
    total.walBytes += await fillRange(session, movement, { range, rows });
    total.ms += performance.now() - begun;
    total.rows += rows;
    await session.query(movement.range().file, range);
  });
  const [kept] = await session.query<{ rows: number; example: string | null }>(
    `SELECT count(*)::int AS rows, min(format('%s(%s): %s', table_name, key, left(message, 120))) AS example
     FROM crossfade.quarantine WHERE migration = $1 AND resolved_at IS NULL AND ${blocks()}`,
    [migration.name],
  );
  const example = kept?.example === undefined || kept.example === null ? '' : `, ${kept.example}`;
  return { ...total, kept: kept?.rows ?? 0, example };
}

/** Compares both shapes of all copied rows. */
export async function compareRows(
  session: TargetSession,
  migration: SchemaMigration,
  movements: readonly Movement[],
): Promise<Walked> {
  const total = { rows: 0, ms: 0, differing: 0 };
  await walk(session, migration, movements, async (movement, range, { rows, begun }) => {
    total.differing += await differingIn(session, movement, range);
    total.ms += performance.now() - begun;
    total.rows += rows;
  });
  return total;
}

type Range = readonly [from: readonly string[] | null, to: readonly string[]];

/** A range, and when the search for its end began, which is a part of what it takes. */
interface Found {
  readonly rows: number;
  readonly begun: number;
}

async function walk(
  session: TargetSession,
  migration: SchemaMigration,
  movements: readonly Movement[],
  visit: (movement: Movement, range: Range, found: Found) => Promise<void>,
): Promise<void> {
  await applyRangeSettings(session, migration);
  for (const movement of movements) {
    const { bound } = movement.range();
    for (let from: readonly string[] | null = null; ;) {
      const values: readonly unknown[] = [from, BATCH_ROWS, null];
      const begun = performance.now();
      const [end]: readonly RangeEnd[] = await session.query<RangeEnd>(bound, values);
      if (end === undefined) break;
      await visit(movement, [from, end.key], { rows: Number(end.rows), begun });
      from = end.key;
    }
  }
}

/** Bytes of WAL. Rows that fail are filled around; what may have been erased is looked for, as a backfill does. */
async function fillRange(
  session: TargetSession,
  movement: Movement,
  { range, rows }: { readonly range: Range; readonly rows: number },
): Promise<number> {
  const sql = movement.range();
  const filled = await attempted(session, async () => {
    const [row] = await session.query<{ 'QUERY PLAN': readonly Explained[] }>(
      `EXPLAIN (ANALYZE, WAL, TIMING OFF, FORMAT JSON) ${sql.fill}`,
      range,
    );
    return row?.['QUERY PLAN'][0]?.Plan;
  });
  if (filled !== null) {
    if (sql.erased !== null && writtenBy(filled) !== rows) await session.query(sql.erased, range);
    return filled?.['WAL Bytes'] ?? 0;
  }
  await session.query(sql.lockRange, range);
  await session.query(sql.fillSafely, range);
  return 0;
}

interface Explained {
  readonly Plan: PlanNode;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'WAL Bytes'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that the statement returned of what it wrote. */
function writtenBy(node: PlanNode | undefined): number {
  if (node === undefined) return 0;
  if (node['Node Type'] === 'ModifyTable') return node['Actual Rows'];
  return (node.Plans ?? []).reduce((sum, one) => sum + writtenBy(one), 0);
}

async function differingIn(
  session: TargetSession,
  movement: Movement,
  range: Range,
): Promise<number> {
  const sql = movement.range();
  const suspects = await attempted(session, async () => {
    const [row] = await session.query<{ suspects: string }>(sql.compare, range);
    return Number(row?.suspects ?? 0);
  });
  if (suspects === 0) return 0;
  const [row] = await session.query<{ keys: readonly unknown[] }>(sql.differing, [...range, null]);
  return row?.keys.length ?? 0;
}

/** Null when a row trips the statement; nothing of it stays. */
async function attempted<Value>(
  session: TargetSession,
  work: () => Promise<Value>,
): Promise<Value | null> {
  await session.query('SAVEPOINT crossfade_range');
  try {
    const value = await work();
    await session.query('RELEASE SAVEPOINT crossfade_range');
    return value;
  } catch (fault) {
    if (!(fault instanceof TargetSqlError) || !/^(22|23|P0)/.test(fault.sqlState)) throw fault;
    await session.query('ROLLBACK TO SAVEPOINT crossfade_range');
    return null;
  }
}
