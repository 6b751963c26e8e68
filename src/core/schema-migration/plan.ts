import { CrossfadeError } from '../errors.ts';
import type { Catalog, TableCatalog } from './catalog.ts';
import { tableState } from './change.ts';
import type { ChangeStatement } from './change.ts';
import { collationOf, ownerMark } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { createTriggers, hasTriggers } from './column-triggers.ts';
import { collatedType, qualified, quoteIdentifier, quoteLiteral } from './identifier.ts';
import type { Movement } from './movement.ts';
import { createPairFunction, pairFunctionName } from './pair-function.ts';
import { planSwap } from './plan-swap.ts';
import { every, planned, under } from './planned-statement.ts';
import type { PlannedStatement } from './planned-statement.ts';
import { movementsOf, pairsOf, resolveMigration, syncsOf } from './resolve-migration.ts';
import type { TableChange } from './resolve-migration.ts';
import { refuseGone } from './refusals.ts';
import { compileCheck } from './round-trip.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { createSyncFunction } from './sync-trigger.ts';
import { createView, oldColumns, roleOf } from './version-views.ts';

/**
 * All that a schema migration would do to a target that looks like `catalog`. What is done already
 * is left out, so a plan made after a crash holds the rest. Backfill and verify are shown as the
 * statement for one range of keys (see `rangeSql` for the parameters).
 * @throws CrossfadeError for what cannot be carried out, by name
 */
export function plan(migration: SchemaMigration, catalog: Catalog): readonly PlannedStatement[] {
  const tables = resolveMigration(migration, catalog);
  for (const { table } of tables) if (table !== null) refuseGone(migration, table);
  const bases = tables.map((one) => baseOf(tables, one));
  return [
    ...tables.flatMap((one, at) => [
      ...(bases[at] ?? [])
        .filter((base) => bases.findIndex((some) => some.includes(base)) === at)
        .flatMap((base) => planned('baseline', base, baseline(migration, catalog, base))),
      ...planned('expand', one, expand(migration, one)),
      ...movementsOf(one).flatMap((movement) => walked(one, movement)),
      ...planned('index', one, every(one, 'index')),
      ...planned('verify', one, under('AccessShare', looks(one))),
      ...planned('seal', one, every(one, 'seal')),
    ]),
    ...planSwap('contract', migration, tables),
    ...planSwap('retire', migration, tables),
  ];
}

/** The tables whose old views have to stand before this one is expanded: its own, and what it alters. */
export function baseOf(tables: readonly TableChange[], one: TableChange): readonly TableChange[] {
  const altered = new Set(one.changes.flatMap(({ alters }) => alters ?? []));
  return [...tables.filter((other) => other !== one && altered.has(other.name)), one];
}

const looks = ({ changes }: TableChange): readonly string[] =>
  changes.flatMap(({ rules }) => (rules ?? []).map(({ look }) => look));

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
  oldColumns(table, [
    ...pairsOf(change).map((pair) => pair.column),
    ...change.changes.flatMap(({ adds }) => adds ?? []),
  ]);

function expand(migration: SchemaMigration, change: TableChange): readonly ChangeStatement[] {
  const { table } = change;
  if (table !== null && tableState(migration, table) === 'contracted') return [];
  const pairs = pairsOf(change);
  const triggers = pairs
    .filter(
      (pair) => pair.state === 'absent' || (pair.state !== 'contracted' && !hasTriggers(pair)),
    )
    .flatMap(createTriggers);
  const work = [
    ...every(change, 'expand'),
    ...under('AccessExclusive', pairs.flatMap(addColumn)),
    ...every(change, 'bind'),
    ...under('ShareRowExclusive', triggers),
    ...syncsOf(change).flatMap((sync) => (sync.state === 'absent' ? sync.triggers : [])),
    ...under('AccessShare', table === null ? [] : nextView(migration, table, change)),
  ];
  return work.every(({ tries }) => tries === true) ? [] : work;
}

/** Each operation in turn says what it shows differently. What is made just now is shown next time. */
function nextView(
  migration: SchemaMigration,
  table: TableCatalog,
  change: TableChange,
): readonly string[] {
  const { next: name } = change.names;
  if (name === null || migration.to in table.views) return [];
  if (change.changes.some(({ changing }) => changing === true)) return [];
  const columns = change.changes.reduce(
    (shown, { show }) => (show === undefined ? shown : show(shown)),
    columnsBefore(table, change),
  );
  return createView(migration, table, { version: migration.to, name, columns });
}

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
    `ALTER TABLE ${table} ADD COLUMN ${column} ${collatedType(pair.type, collationOf(pair))}`,
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
