import { CrossfadeError } from '../../../core/errors.ts';
import type { Catalog } from '../../../core/schema-migration/catalog.ts';
import { tableState } from '../../../core/schema-migration/change.ts';
import { ownDdl } from '../../../core/schema-migration/guard/guard-schema.ts';
import { lockCounts } from '../../../core/schema-migration/lock-counts.ts';
import { plan } from '../../../core/schema-migration/plan.ts';
import type { PlannedStatement } from '../../../core/schema-migration/planned-statement.ts';
import {
  brokenWords,
  noneKnownWords,
  triedWords,
} from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import { type Copies, copiesFor } from '../../../core/schema-migration/rehearsal/copied-table.ts';
import { rehearsedMigration } from '../../../core/schema-migration/rehearsal/rehearsed-migration.ts';
import type {
  Rehearsal,
  RehearsalFault,
} from '../../../core/schema-migration/rehearsal/rehearsal.ts';
import { roundTripVerdict } from '../../../core/schema-migration/round-trip-verdict.ts';
import {
  relationNames,
  type SchemaMigration,
} from '../../../core/schema-migration/schema-migration.ts';
import {
  joined,
  type OldStatement,
  speaksOf,
} from '../../../core/schema-migration/trace/old-statements.ts';
import type { BulkSession, TargetDatabase, TargetSession } from '../../ports/target-database.ts';
import { checkRoundTrip } from '../check-round-trip.ts';
import { limitLockWait } from '../locking.ts';
import { keysOf } from './built-indexes.ts';
import { drawCopies, type DrawnTable } from './draw-copies.ts';
import { momentsOn } from './moments.ts';
import { AT_MOST, OldStatements, ranBefore } from './old-statements.ts';
import { rehearseOnce, type RunEnd } from './rehearse-once.ts';

/** Bounds of a rehearsal, whatever the tables hold: rows of each, and milliseconds. */
interface Bounds {
  readonly rows: number;
  readonly statementMs: number;
  /** No run begins after this. */
  readonly longestMs: number;
}

const AMONG_OTHERS: Bounds = { rows: 32_000, statementMs: 20_000, longestMs: 40_000 };
/** On a clone nobody else is kept from anything. */
const ALONE: Bounds = { rows: 320_000, statementMs: 200_000, longestMs: 400_000 };
/** The smallest run is the first one: what fails, fails soon. */
const SIZES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];
/** Of fewer rows a sixteenth tells nothing but the unrest of the machine. */
const LEAST_ROWS = 1_000;
/** How long reading a table may queue behind somebody who changes it. Milliseconds. */
const READ_WAIT_MS = 2_000;

/** What a rehearsal is told. */
export interface Rehearsing {
  readonly migration: SchemaMigration;
  /** Eight letters or digits that no other rehearsal has at this time. */
  readonly tag: string;
  /** What the version in use runs, where a file says so; null to ask the target. */
  readonly statements: readonly OldStatement[] | null;
  /** What its services say that they run, besides those. */
  readonly listed: readonly OldStatement[];
  /** On a clone that is nobody's. */
  readonly isThorough: boolean;
  readonly signal: AbortSignal;
}

/**
 * Tries a schema migration on copies of its tables, on the target itself: up, down, up again and to the
 * end, at several sizes. The copies are drawn into tables of the session; all else happens in transactions
 * that are taken back, so there is nothing to clear away, whenever this process dies.
 * @throws CrossfadeError `conflict` for a migration that has begun there, `unsupported` for one that cannot
 * be rehearsed, `unavailable` for the target
 */
export async function rehearse(
  database: TargetDatabase,
  { migration, tag, statements, listed, isThorough, signal }: Rehearsing,
): Promise<Rehearsal> {
  const catalog = await database.catalog(migration);
  refuseBegun(migration, catalog);
  const planned = plan(migration, catalog);
  const roundTrip = await triedRoundTrip(database, migration, catalog);
  const work = async (session: BulkSession): Promise<Rehearsal> => {
    const bounds = isThorough ? ALONE : AMONG_OTHERS;
    await settle(session, bounds);
    const copies = copiesFor(migration, catalog);
    const tried = rehearsedMigration(migration, tag, await schemasOf(session));
    const tables = await drawn(session, copies, bounds);
    const counted = statements ?? (await ranBefore(session, migration));
    const old = besides(listed, counted, migration);
    const gate = new OldStatements(old ?? [], migration, tried);
    const sizes = sizesFor(tables[0], isThorough);
    const ends = await runs(session, { sizes, bounds }, (rows, goesBack) =>
      rehearseOnce(session, { migration: tried, copies, drawn: tables, rows, goesBack, old: gate }),
    );
    const faults = faultsOf(ends, roundTrip.faults);
    const { broken = [], rewritten = [], built = [] } = ends.at(-1) ?? {};
    return {
      migration: migration.name,
      verdict: faults.length === 0 ? 'passed' : 'failed',
      faults,
      notes: [...roundTrip.notes, ...notesOn(catalog), gateNote(old, gate)],
      broken,
      tables,
      locks: locksOf(planned),
      rewritten,
      runs: ends.flatMap(({ run }) => (run === null ? [] : [run])),
      ...(await momentsOn(session)),
      keys: await keysOf(session, migration.schema, built),
    };
  };
  return database.bulk(work, signal, 'crossfade rehearsal');
}

/** Null where nobody knows what the version in use runs. */
function besides(
  listed: readonly OldStatement[],
  counted: readonly OldStatement[] | null,
  migration: SchemaMigration,
): readonly OldStatement[] | null {
  if (listed.length === 0) return counted;
  const names = relationNames(migration);
  const about = listed.filter(({ sql }) => speaksOf(sql, names));
  return joined(about, counted ?? []);
}

/** One after the other, to the first that fails. The first, and smallest, goes back as well. */
async function runs(
  session: TargetSession,
  { sizes, bounds }: { readonly sizes: readonly number[]; readonly bounds: Bounds },
  once: (rows: number, goesBack: boolean) => Promise<RunEnd>,
): Promise<readonly RunEnd[]> {
  const ends: RunEnd[] = [];
  const begun = performance.now();
  for (const [at, rows] of sizes.entries()) {
    const end = await takenBack(session, () => once(rows, at === 0));
    ends.push(end);
    const isLate = performance.now() - begun > bounds.longestMs;
    if (end.run === null || end.faults.length > 0 || isLate) break;
  }
  return ends;
}

/** Every schema of the database. */
export async function schemasOf(session: TargetSession): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>('SELECT nspname AS name FROM pg_namespace');
  return rows.map(({ name }) => name);
}

function locksOf(planned: readonly PlannedStatement[]): Rehearsal['locks'] {
  return lockCounts(planned.filter(({ phase }) => phase !== 'retire')).map(({ table, level }) => ({
    table,
    level,
  }));
}

/** What stands half-way cannot be copied as it was. */
export function refuseBegun(migration: SchemaMigration, catalog: Catalog): void {
  if (catalog.tables.every((table) => tableState(migration, table) === 'old')) return;
  const words = `${migration.name} has begun on this target, or has been carried out; a rehearsal comes before`;
  throw new CrossfadeError('conflict', words);
}

async function triedRoundTrip(
  database: TargetDatabase,
  migration: SchemaMigration,
  catalog: Catalog,
): Promise<{ readonly faults: readonly RehearsalFault[]; readonly notes: readonly string[] }> {
  const checked = await checkRoundTrip(database, migration, catalog);
  if (checked.length === 0) return { faults: [], notes: [] };
  const { lossy, note } = roundTripVerdict(checked);
  return { faults: lossy === null ? [] : [{ code: 'roundTrip', message: lossy }], notes: [note] };
}

/** The server itself ends what we do not come back to. */
async function settle(session: BulkSession, { statementMs }: Bounds): Promise<void> {
  await session.query(
    `SELECT set_config(s.name, s.value, false) FROM (VALUES ('${ownDdl}', 'on'),
       ('statement_timeout', '${statementMs}ms')) s(name, value)`,
  );
}

/** From its end on no lock is held on a real table. */
async function drawn(
  session: TargetSession,
  copies: Copies,
  bounds: Bounds,
): Promise<readonly DrawnTable[]> {
  await session.query('BEGIN');
  await limitLockWait(session, READ_WAIT_MS);
  const tables = await drawCopies(session, copies, bounds.rows);
  await session.query('COMMIT');
  return tables;
}

/**
 * Where all rows were copied one run tells all, unless it is asked for the sake of a table of another size; else several
 * say how the cost grows.
 */
function sizesFor(largest: DrawnTable | undefined, isForAnother: boolean): readonly number[] {
  const { rows, copied } = largest ?? { rows: 0, copied: 0 };
  const isTold = isForAnother ? copied < LEAST_ROWS : rows <= copied;
  return isTold ? [copied] : SIZES.map((part) => Math.round(copied * part));
}

async function takenBack<Value>(
  session: TargetSession,
  work: () => Promise<Value>,
): Promise<Value> {
  await session.query('BEGIN');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

/** The last run is the largest, and nothing is told twice. */
function faultsOf(
  ends: readonly RunEnd[],
  before: readonly RehearsalFault[],
): readonly RehearsalFault[] {
  const last = ends.at(-1);
  const broken = (last?.broken ?? []).filter(({ after }) => after === 'expand');
  const refused = broken.map((one): RehearsalFault => {
    return { code: 'statements', message: brokenWords(one) };
  });
  return [...before, ...(last?.faults ?? []), ...refused];
}

/** What copies leave out. */
function notesOn({ tables }: Catalog): readonly string[] {
  const triggered = tables.filter(({ triggers }) => triggers.length > 0).map(({ name }) => name);
  const parted = tables.filter(({ plain }) => !plain).map(({ name }) => name);
  return [
    ...(triggered.length === 0 ? [] : [`triggers of ${triggered.join(', ')} were not copied`]),
    ...(parted.length === 0 ? [] : [`${parted.join(', ')}: copied as one table without parts`]),
  ];
}

function gateNote(old: readonly OldStatement[] | null, gate: OldStatements): string {
  if (old === null)
    return noneKnownWords('pg_stat_statements is not at work, and no file was given');
  const known = triedWords(gate.known, Math.min(old.length, AT_MOST));
  if (old.length < AT_MOST) return known;
  const rest =
    old.length > AT_MOST ? `${old.length - AT_MOST} more were` : 'there may be more, which were';
  return `${known}; these are the ${AT_MOST} with most calls, ${rest} left out`;
}
