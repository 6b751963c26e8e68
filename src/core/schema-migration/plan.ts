import { CrossfadeError } from '../errors.ts';
import type { Catalog, TableCatalog } from './catalog.ts';
import { ownerMark, resolvePairs, touchedTables } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { createPairFunction, pairFunctionName } from './pair-function.ts';
import { putAside } from './put-aside.ts';
import { rangeSql } from './range-sql.ts';
import { compileCheck } from './round-trip.ts';
import type { SchemaMigration } from './schema-migration.ts';
import {
  createSyncFunction,
  createTriggers,
  dropTriggers,
  syncFunctionName,
  triggerNames,
} from './sync-trigger.ts';
import { baselineView, dropNextView, nextView, roleOf, stubView } from './version-views.ts';

/** `baseline` comes before `expand` and takes no lock on a table. */
export type PlanPhase = 'baseline' | 'expand' | 'backfill' | 'verify' | 'contract' | 'retire';

/** PostgreSQL's table lock modes, as far as a plan takes them. */
export type LockLevel =
  'none' | 'AccessShare' | 'RowExclusive' | 'ShareRowExclusive' | 'AccessExclusive';

/** One statement of a plan. Those of one phase and table share a transaction. */
export interface PlannedStatement {
  readonly phase: PlanPhase;
  /** The table that it concerns. */
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
  const pairs = resolvePairs(migration, catalog);
  const groups = touchedTables(migration).flatMap((name) => {
    const mine = pairs.filter((pair) => pair.table.name === name);
    return mine[0] === undefined ? [] : [{ table: mine[0].table, pairs: mine }];
  });
  const live = groups
    .map((group) => ({ ...group, pairs: group.pairs.filter((pair) => pair.state === 'live') }))
    .filter((group) => group.pairs.length > 0);
  return [
    ...groups.flatMap((group) => [
      ...baseline(migration, catalog, group.table, group.pairs),
      ...expand(migration, group.table, group.pairs),
      ...group.pairs.flatMap(movements),
    ]),
    ...live.map((group) => lockAll('contract', migration, group.table)),
    ...live.flatMap((group) => contract(migration, group.table, group.pairs)),
    ...live.map((group) => lockAll('retire', migration, group.table)),
    ...live.flatMap((group) => retire(migration, group.table, group.pairs)),
  ];
}

function baseline(
  migration: SchemaMigration,
  catalog: Catalog,
  table: TableCatalog,
  pairs: readonly ColumnPair[],
): readonly PlannedStatement[] {
  if (pairs.every((pair) => pair.state === 'contracted')) return [];
  const missing = [migration.from, migration.to].filter((name) => !catalog.schemas.includes(name));
  const view = migration.from in table.views ? [] : baselineView(migration, table);
  return [
    ...pairs.filter((pair) => pair.state === 'absent').map(compileCheck),
    ...missing.map((name) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(name)}`),
    ...pairs.flatMap((pair) => [
      createSyncFunction(pair),
      createPairFunction(pair),
      `REVOKE ALL ON FUNCTION ${pairFunctionName(pair)} FROM PUBLIC`,
    ]),
    ...view,
  ].map((sql) => ({ ...statement('baseline', table, sql), lock: 'AccessShare' }));
}

function expand(
  migration: SchemaMigration,
  table: TableCatalog,
  pairs: readonly ColumnPair[],
): readonly PlannedStatement[] {
  const columns = pairs.flatMap((pair) => addColumn(pair));
  const triggers = pairs
    .filter((pair) => pair.state === 'absent' || !hasTriggers(pair))
    .flatMap(createTriggers);
  const open = pairs.some((pair) => pair.state !== 'contracted');
  const view = open && !(migration.to in table.views) ? nextView(migration, table, pairs) : [];
  return [
    ...columns.map((sql) => ({
      ...statement('expand', table, sql),
      lock: 'AccessExclusive' as const,
    })),
    ...triggers.map((sql) => ({
      ...statement('expand', table, sql),
      lock: 'ShareRowExclusive' as const,
    })),
    ...view.map((sql) => ({ ...statement('expand', table, sql), lock: 'AccessShare' as const })),
  ];
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

function movements(pair: ColumnPair): readonly PlannedStatement[] {
  if (pair.state === 'contracted') return [];
  const sql = rangeSql(pair);
  return [
    { ...statement('backfill', pair.table, sql.fill), lock: 'RowExclusive' },
    { ...statement('verify', pair.table, sql.compare), lock: 'AccessShare' },
  ];
}

/** One transaction for all tables. */
function contract(
  migration: SchemaMigration,
  table: TableCatalog,
  pairs: readonly ColumnPair[],
): readonly PlannedStatement[] {
  return [
    ...pairs.flatMap((pair) => [
      ...dropTriggers(pair),
      ...(pair.partial ? [] : putAside(pair, pair.fed.name)),
      `COMMENT ON COLUMN ${qualified(migration.schema, table.name)}.${quoteIdentifier(pair.column)} ` +
        `IS ${quoteLiteral(`${ownerMark(pair.id)} contracted`)}`,
    ]),
    ...stubView(migration, table),
    ...pairs.flatMap(dropFunctions),
  ].map((sql) => ({ ...statement('contract', table, sql), lock: 'AccessExclusive' }));
}

/** After a rollback: the new shape goes to the trash, the old one stays as it is. */
function retire(
  migration: SchemaMigration,
  table: TableCatalog,
  pairs: readonly ColumnPair[],
): readonly PlannedStatement[] {
  return [
    ...pairs.flatMap(dropTriggers),
    ...dropNextView(migration, table),
    ...pairs.flatMap((pair) => [
      ...putAside(pair, pair.column),
      ...dropFunctions(pair),
      'UPDATE crossfade.quarantine SET resolved_at = clock_timestamp() ' +
        `WHERE operation = ${quoteLiteral(pair.id)} AND resolved_at IS NULL`,
    ]),
  ].map((sql) => ({ ...statement('retire', table, sql), lock: 'AccessExclusive' }));
}

/** First of all, for all tables: views before tables, the order in which every query locks them. */
function lockAll(
  phase: PlanPhase,
  migration: SchemaMigration,
  table: TableCatalog,
): PlannedStatement {
  const views = [migration.from, migration.to].filter((version) => version in table.views);
  const names = [...views, migration.schema].map((schema) => qualified(schema, table.name));
  const sql = `LOCK TABLE ${names.join(', ')} IN ACCESS EXCLUSIVE MODE`;
  return { ...statement(phase, table, sql), lock: 'AccessExclusive' };
}

function dropFunctions(pair: ColumnPair): readonly string[] {
  return [
    `DROP FUNCTION IF EXISTS ${syncFunctionName(pair)}()`,
    `DROP FUNCTION IF EXISTS ${pairFunctionName(pair)}`,
  ];
}

/** Contract ends the sync, so from there on the old shape falls behind, although nothing is dropped. */
function statement(phase: PlanPhase, table: TableCatalog, sql: string): PlannedStatement {
  const reversible = phase !== 'contract';
  return { phase, table: table.name, sql, lock: 'none', rewrites: false, reversible };
}
