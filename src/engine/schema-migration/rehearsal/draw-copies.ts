import {
  type Copies,
  copyParts,
  drawnName,
  drawRows,
  emptyCopy,
  isSame,
  OWN_COLUMNS,
  takeParents,
  takeRows,
} from '../../../core/schema-migration/rehearsal/copied-table.ts';
import type { Relation } from '../../../core/schema-migration/change.ts';
import type { Rehearsal } from '../../../core/schema-migration/rehearsal/rehearsal.ts';
import { qualified, quoteExisting } from '../../../core/schema-migration/identifier.ts';
import { rowsIn } from '../../../core/schema-migration/table-files.ts';
import { TargetSqlError, type TargetSession } from '../../ports/target-database.ts';

/** Rows that lead to others may do so over several generations, as a tree does. */
const GENERATIONS = 12;

/** Of a table that new columns will lead to: nobody knows yet to which rows. */
const LED_TO = 100_000;

/** A touched table; `rows` is the planner's estimate of all of them. */
export type DrawnTable = Rehearsal['tables'][number];

type Session = Pick<TargetSession, 'query'>;
type NameOf = (table: Relation) => string;

/**
 * Draws rows of each table, and those that they lead to, into tables of the session alone. The real
 * tables are read under AccessShare, to the end of the transaction and no longer.
 */
export async function drawCopies(
  session: Session,
  copies: Copies,
  rows: number,
): Promise<readonly DrawnTable[]> {
  for (const table of copies.tables) {
    const real = qualified(table.schema, table.name);
    await session.query(emptyCopy(drawnName(table), real));
    const isAsked = copies.links.some(
      ({ parent, columns }) => isSame(parent, table) && columns.length === 0,
    );
    if (table.facts === null && !isAsked) continue;
    const columns = await ownColumns(session, real);
    await session.query(drawRows(table, columns, table.facts === null ? LED_TO : rows));
  }
  const realName: NameOf = ({ schema, name }) => qualified(schema, name);
  await closeLinks(session, copies, drawnName, realName);
  const drawn: DrawnTable[] = [];
  for (const table of copies.tables.filter(({ facts }) => facts !== null)) {
    const [size] = await session.query<Pick<DrawnTable, 'rows' | 'copied'>>(
      `SELECT (SELECT count(*) FROM ${drawnName(table)})::float8 AS copied,
         coalesce(${rowsIn('$1::regclass')}, 0) AS rows`,
      [realName(table)],
    );
    const { rows: all = 0, copied = 0 } = size ?? {};
    drawn.push({ name: table.name, rows: Math.max(all, copied), copied });
  }
  return drawn.toSorted((one, other) => other.rows - one.rows);
}

/**
 * Builds the tables in a schema of their own, the largest with at most so many rows and the others in
 * proportion, as they grow together; and the rows that those lead to.
 * @param drawn what there is of each, the largest first
 */
export async function buildCopies(
  session: Session,
  copies: Copies,
  schema: string,
  { rows, drawn }: { readonly rows: number; readonly drawn: readonly DrawnTable[] },
): Promise<void> {
  const copyName = copyNameIn(schema);
  await session.query(`CREATE SCHEMA ${quoteExisting(schema)}`);
  for (const table of copies.tables) {
    await session.query(emptyCopy(copyName(table), drawnName(table)));
    const columns = await ownColumns(session, drawnName(table));
    const taken = table.facts === null ? LED_TO : partOf(table, rows, drawn);
    await session.query(takeRows(copyName(table), drawnName(table), columns, taken));
  }
  await closeLinks(session, copies, copyName, drawnName);
  await addParts(session, copies, schema);
  for (const table of copies.tables) await session.query(`ANALYZE ${copyName(table)}`);
}

/** Builds the tables in a schema of their own, without a row. */
export async function buildEmpty(session: Session, copies: Copies, schema: string): Promise<void> {
  await session.query(`CREATE SCHEMA ${quoteExisting(schema)}`);
  for (const table of copies.tables) {
    const real = qualified(table.schema, table.name);
    await session.query(emptyCopy(copyNameIn(schema)(table), real));
  }
  await addParts(session, copies, schema);
}

const copyNameIn =
  (schema: string): NameOf =>
  ({ name }) =>
    `${quoteExisting(schema)}.${quoteExisting(name)}`;

async function addParts(session: Session, copies: Copies, schema: string): Promise<void> {
  const { own, foreign } = copyParts(schema, copies);
  for (const sql of own) await session.query(sql);
  for (const sql of foreign) await orUnvalidated(session, sql);
}

function partOf({ name }: Relation, rows: number, drawn: readonly DrawnTable[]): number {
  const [largest] = drawn;
  if (largest === undefined || largest.rows <= largest.copied) return rows;
  const own = drawn.find((one) => one.name === name)?.rows ?? 0;
  return Math.ceil((rows * own) / largest.rows);
}

async function ownColumns(session: Session, table: string): Promise<readonly string[]> {
  const [row] = await session.query<{ columns: readonly string[] }>(OWN_COLUMNS, [table]);
  return row?.columns ?? [];
}

async function closeLinks(
  session: Session,
  { links }: Copies,
  into: NameOf,
  from: NameOf,
): Promise<void> {
  for (let generation = 0; generation < GENERATIONS; generation += 1) {
    let added = 0;
    for (const link of links.filter(({ columns }) => columns.length > 0)) {
      const [child, parent] = [into(link.child), into(link.parent)];
      const names = { child, parent, from: from(link.parent) };
      const sql = takeParents(link, names, await ownColumns(session, parent));
      const [row] = await session.query<{ added: number }>(sql);
      added += row?.added ?? 0;
    }
    if (added === 0) return;
  }
}

/** A chain of rows that is longer than the generations ends somewhere. */
async function orUnvalidated(session: Session, sql: string): Promise<void> {
  await session.query('SAVEPOINT crossfade_link');
  try {
    await session.query(sql);
  } catch (fault) {
    if (!(fault instanceof TargetSqlError) || fault.sqlState !== '23503') throw fault;
    await session.query('ROLLBACK TO SAVEPOINT crossfade_link');
    await session.query(`${sql} NOT VALID`);
  }
  await session.query('RELEASE SAVEPOINT crossfade_link');
}
