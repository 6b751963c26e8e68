import { CrossfadeError } from '../errors.ts';
import type { Catalog, TableCatalog } from './catalog.ts';
import { tableState } from './change.ts';
import type { Change, ChangeStatement, LockLevel } from './change.ts';
import { ownerMark } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { createPairFunction, pairFunctionName } from './pair-function.ts';
import { putAside } from './put-aside.ts';
import type { Movement } from './movement.ts';
import { settleAllSql } from './range-sql.ts';
import { movementsOf, pairsOf, resolveMigration, syncsOf } from './resolve-migration.ts';
import type { TableChange } from './resolve-migration.ts';
import { compileCheck } from './round-trip.ts';
import type { SchemaMigration } from './schema-migration.ts';
import {
  createSyncFunction,
  createTriggers,
  dropTriggers,
  syncFunctionName,
  triggerNames,
} from './sync-trigger.ts';
import { createView, oldColumns, roleOf, stubView } from './version-views.ts';

/** `baseline` comes before `expand` and takes no lock on a table. */
export type PlanPhase = 'baseline' | 'expand' | 'backfill' | 'verify' | 'contract' | 'retire';

/** One statement of a plan. Those of one phase and table share a transaction. */
export interface PlannedStatement {
  readonly phase: PlanPhase;
  /** The table that it concerns, by its name in the operations. */
  readonly table: string;
  readonly sql: string;
  /** The strongest lock that it takes on the table. */
  readonly lock: LockLevel;
  /** True when PostgreSQL writes the whole table anew. */
  readonly rewrites: boolean;
  /** False from the point of no return on: a rollback would lose what is written after it. */
  readonly reversible: boolean;
}

/**
 * All that a schema migration would do to a target that looks like `catalog`. What is done already
 * is left out, so a plan made after a crash holds the rest. Backfill and verify are shown as the
 * statement for one range of keys (see `rangeSql` for the parameters).
 * @throws CrossfadeError for what cannot be carried out, by name
 */
export function plan(migration: SchemaMigration, catalog: Catalog): readonly PlannedStatement[] {
  const tables = resolveMigration(migration, catalog);
  const swapped = (phase: 'contract' | 'retire'): readonly PlannedStatement[] => {
    const concerned = tables.filter((one) => isExpanded(migration, one));
    const swap = phase === 'contract' ? contract : retire;
    return [
      ...concerned.map((one) => lockAll(phase, migration, one)),
      ...concerned.flatMap((one) => planned(phase, one, untied(one))),
      ...concerned.flatMap((one) => planned(phase, one, swap(migration, one))),
    ];
  };
  return [
    ...tables.flatMap((one) => [
      ...planned('baseline', one, baseline(migration, catalog, one)),
      ...planned('expand', one, expand(migration, one)),
      ...movementsOf(one).flatMap((movement) => walked(one, movement)),
    ]),
    ...swapped('contract'),
    ...swapped('retire'),
  ];
}

/** Contract ends the sync, so from there on the old shape falls behind, although nothing is dropped. */
function planned(
  phase: PlanPhase,
  { name }: TableChange,
  statements: readonly ChangeStatement[],
): readonly PlannedStatement[] {
  const reversible = phase !== 'contract';
  return statements.map((one) => ({ phase, table: name, ...one, rewrites: false, reversible }));
}

const under = (lock: LockLevel, sql: readonly string[]): readonly ChangeStatement[] =>
  sql.map((one) => ({ sql: one, lock }));

const every = (
  { changes }: TableChange,
  part: 'expand' | 'contract' | 'rename' | 'leave' | 'retire',
): readonly ChangeStatement[] => changes.flatMap((change) => change[part] ?? []);

function baseline(
  migration: SchemaMigration,
  catalog: Catalog,
  change: TableChange,
): readonly ChangeStatement[] {
  const { table, names } = change;
  if (table === null ? names.old !== null : tableState(migration, table) === 'contracted')
    return [];
  const pairs = pairsOf(change);
  const missing = [migration.from, migration.to].filter((name) => !catalog.schemas.includes(name));
  return under('AccessShare', [
    ...pairs.filter((pair) => pair.state === 'absent').map(compileCheck),
    ...syncsOf(change).flatMap((sync) => (sync.state === 'absent' ? sync.compile : [])),
    ...missing.map((name) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(name)}`),
    ...pairs.flatMap((pair) => [
      createSyncFunction(pair),
      createPairFunction(pair),
      `REVOKE ALL ON FUNCTION ${pairFunctionName(pair)} FROM PUBLIC`,
    ]),
    ...syncsOf(change).flatMap((sync) => sync.functions),
    ...(table === null ? [] : baselineView(migration, table, change)),
  ]);
}

/** Every column that stands in the table before expand, by its name. */
function baselineView(
  migration: SchemaMigration,
  table: TableCatalog,
  change: TableChange,
): readonly string[] {
  const { old: name } = change.names;
  if (name === null || migration.from in table.views) return [];
  const columns = columnsBefore(table, change);
  return createView(migration, table, { version: migration.from, name, columns });
}

const columnsBefore = (table: TableCatalog, change: TableChange) =>
  oldColumns(
    table,
    pairsOf(change).map((pair) => pair.column),
  );

function expand(migration: SchemaMigration, change: TableChange): readonly ChangeStatement[] {
  const { table } = change;
  if (table !== null && tableState(migration, table) === 'contracted') return [];
  const pairs = pairsOf(change);
  const triggers = pairs
    .filter((pair) => pair.state === 'absent' || !hasTriggers(pair))
    .flatMap(createTriggers);
  return [
    ...every(change, 'expand'),
    ...under('AccessExclusive', pairs.flatMap(addColumn)),
    ...under('ShareRowExclusive', triggers),
    ...under(
      'ShareRowExclusive',
      syncsOf(change).flatMap((sync) => (sync.state === 'absent' ? sync.triggers : [])),
    ),
    ...under('AccessShare', table === null ? [] : nextView(migration, table, change)),
  ];
}

/** Each operation in turn says what it shows differently. A table that is new has its view next time. */
function nextView(
  migration: SchemaMigration,
  table: TableCatalog,
  change: TableChange,
): readonly string[] {
  const { next: name } = change.names;
  if (name === null || migration.to in table.views) return [];
  const columns = change.changes.reduce(
    (shown, { show }) => (show === undefined ? shown : show(shown)),
    columnsBefore(table, change),
  );
  return createView(migration, table, { version: migration.to, name, columns });
}

const hasTriggers = (pair: ColumnPair): boolean =>
  pair.state === 'contracted' ||
  triggerNames(pair).every((name) => pair.table.triggers.includes(name));

function addColumn(pair: ColumnPair): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  const column = quoteIdentifier(pair.column);
  if (pair.state === 'taken') {
    throw new CrossfadeError(
      'conflict',
      `${pair.table.name}.${pair.column} exists already, and this migration did not make it. ` +
        'Choose another name, or drop the column first.',
    );
  }
  if (pair.state !== 'absent') return [];
  const rights = pair.table.grants.filter((grant) => grant.column === pair.fed.name);
  return [
    `ALTER TABLE ${table} ADD COLUMN ${column} ${pair.type}`,
    `COMMENT ON COLUMN ${table}.${column} IS ${quoteLiteral(ownerMark(pair.id))}`,
    ...rights.map(
      (grant) => `GRANT ${grant.privilege} (${column}) ON ${table} TO ${roleOf(grant)}`,
    ),
  ];
}

function walked(change: TableChange, movement: Movement): readonly PlannedStatement[] {
  if (movement.state === 'contracted') return [];
  const { fill, compare } = movement.range();
  return [
    ...planned('backfill', change, under('RowExclusive', [fill])),
    ...planned('verify', change, under('AccessShare', [compare])),
  ];
}

/** True between expand and contract: there is something to swap. */
function isExpanded(migration: SchemaMigration, { table, names }: TableChange): boolean {
  if (table === null || tableState(migration, table) === 'contracted') return false;
  const [old, next] = [migration.from, migration.to].map((version) => version in table.views);
  return names.next === null ? old === true : next === true;
}

/** One transaction for all tables. */
function contract(migration: SchemaMigration, change: TableChange): readonly ChangeStatement[] {
  const { table, names, changes } = change;
  if (table === null || names.old === null) return [];
  const pairs = pairsOf(change);
  return [
    ...under('AccessExclusive', [
      ...pairs.flatMap(dropTriggers),
      ...pairs.filter((pair) => !pair.partial).flatMap((pair) => putAside(pair, pair.fed.name)),
      ...changes.flatMap((one) => putAll(migration, table, one)),
      ...pairs.flatMap((pair) => takeName(pair)),
    ]),
    ...every(change, 'contract'),
    ...under('AccessExclusive', [
      ...stubView(migration, table, names),
      ...pairs.flatMap(dropFunctions),
    ]),
    ...every(change, 'rename'),
    ...every(change, 'leave'),
  ];
}

/** First of all: from here on each table goes its own way. */
function untied(change: TableChange): readonly ChangeStatement[] {
  return under(
    'AccessExclusive',
    syncsOf(change).flatMap((sync) => [...sync.dropTriggers, ...sync.dropFunctions]),
  );
}

function putAll(
  migration: SchemaMigration,
  table: TableCatalog,
  { id, aside }: Change,
): readonly string[] {
  return (aside ?? []).flatMap((column) => putAside({ id, migration, table }, column));
}

/** The new column is called what the new version calls it, and known to be there for good. */
function takeName(pair: ColumnPair): readonly string[] {
  const table = qualified(pair.migration.schema, pair.table.name);
  const name = quoteExisting(pair.name);
  const rename =
    pair.name === pair.column
      ? []
      : [`ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(pair.column)} TO ${name}`];
  const mark = quoteLiteral(`${ownerMark(pair.id)} contracted`);
  return [...rename, `COMMENT ON COLUMN ${table}.${name} IS ${mark}`];
}

/** After a rollback: the new shape goes to the trash, the old one stays as it is. */
function retire(migration: SchemaMigration, change: TableChange): readonly ChangeStatement[] {
  const { names } = change;
  if (names.next === null) return every(change, 'retire');
  const pairs = pairsOf(change);
  return [
    ...under('AccessExclusive', [
      ...pairs.flatMap(dropTriggers),
      `DROP VIEW ${qualified(migration.to, names.next)}`,
      ...pairs.flatMap((pair) => [
        ...putAside(pair, pair.column),
        ...dropFunctions(pair),
        settleAllSql(pair.id),
      ]),
    ]),
    ...every(change, 'retire'),
  ];
}

/** First of all, for all tables: views before tables, the order in which every query locks them. */
function lockAll(
  phase: PlanPhase,
  migration: SchemaMigration,
  { name, table, names }: TableChange,
): PlannedStatement {
  const views = table?.views ?? {};
  const relations = [
    ...(names.old !== null && migration.from in views
      ? [qualified(migration.from, names.old)]
      : []),
    ...(names.next !== null && migration.to in views ? [qualified(migration.to, names.next)] : []),
    qualified(migration.schema, table?.name ?? name),
  ];
  const sql = `LOCK TABLE ${relations.join(', ')} IN ACCESS EXCLUSIVE MODE`;
  const reversible = phase !== 'contract';
  return { phase, table: name, sql, lock: 'AccessExclusive', rewrites: false, reversible };
}

function dropFunctions(pair: ColumnPair): readonly string[] {
  return [
    `DROP FUNCTION IF EXISTS ${syncFunctionName(pair)}()`,
    `DROP FUNCTION IF EXISTS ${pairFunctionName(pair)}`,
  ];
}
