import type { TableCatalog } from './catalog.ts';
import { exclusively, giving, tableState } from './change.ts';
import type { Change, ChangeStatement } from './change.ts';
import { ownerMark } from './column-pair.ts';
import type { ColumnPair } from './column-pair.ts';
import { dropTriggers } from './column-triggers.ts';
import { qualified, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { pairFunctionName } from './pair-function.ts';
import { every, planned, under } from './planned-statement.ts';
import type { PlannedStatement } from './planned-statement.ts';
import { putAside } from './put-aside.ts';
import { settleAllSql } from './range-sql.ts';
import { pairsOf, syncsOf } from './resolve-migration.ts';
import type { TableChange } from './resolve-migration.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { syncFunctionName } from './sync-trigger.ts';
import { stubView } from './version-views.ts';

/** The transaction that ends the time of two versions, for better or worse. */
export function planSwap(
  phase: 'contract' | 'retire',
  migration: SchemaMigration,
  tables: readonly TableChange[],
): readonly PlannedStatement[] {
  const concerned = tables.filter((one) => isExpanded(migration, one));
  const swap = phase === 'contract' ? contract : retire;
  return [
    ...concerned.map((one) => lockAll(phase, migration, one)),
    ...concerned.flatMap((one) => planned(phase, one, untied(phase, one))),
    ...concerned.flatMap((one) => planned(phase, one, swap(migration, one))),
    ...concerned.flatMap((one) => planned(phase, one, lastOf(one, phase))),
  ];
}

const lastOf = ({ changes }: TableChange, phase: 'contract' | 'retire') =>
  changes.flatMap(({ last }) => last?.[phase] ?? []);

/** True between expand and contract: there is something to swap. */
function isExpanded(migration: SchemaMigration, { table, names }: TableChange): boolean {
  if (table === null || tableState(migration, table) === 'contracted') return false;
  const [old, next] = [migration.from, migration.to].map((version) => version in table.views);
  return names.next === null ? old === true : next === true;
}

/** One transaction for all tables. */
function contract(migration: SchemaMigration, change: TableChange): readonly ChangeStatement[] {
  const { table, names, changes } = change;
  if (table === null) return [];
  if (names.old === null) return [...every(change, 'contract'), ...every(change, 'rename')];
  const pairs = pairsOf(change);
  return [
    ...under('AccessExclusive', [
      ...pairs.flatMap(dropTriggers),
      ...pairs.filter((pair) => !pair.partial).flatMap((pair) => putAside(pair, pair.fed.name)),
      ...changes.flatMap((one) => putAll(migration, table, one)),
    ]),
    ...pairs.flatMap((pair) => takeName(pair)),
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
function untied(phase: 'contract' | 'retire', change: TableChange): readonly ChangeStatement[] {
  return [
    ...under(
      'AccessExclusive',
      syncsOf(change).flatMap((sync) => [...sync.dropTriggers, ...sync.dropFunctions]),
    ),
    ...(phase === 'contract' ? every(change, 'untie') : []),
  ];
}

function putAll(
  migration: SchemaMigration,
  table: TableCatalog,
  { id, aside }: Change,
): readonly string[] {
  return (aside ?? []).flatMap((column) => putAside({ id, migration, table }, column));
}

/**
 * The new column is called what the new version calls it. Where nothing was put aside to tell that it
 * is there for good, a mark does.
 */
function takeName(pair: ColumnPair): readonly ChangeStatement[] {
  const on = { schema: pair.migration.schema, name: pair.table.name };
  const table = qualified(on.schema, on.name);
  const name = quoteExisting(pair.name);
  const rename =
    pair.name === pair.column
      ? []
      : [
          giving(
            { kind: 'column', on, name: pair.name },
            `ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(pair.column)} TO ${name}`,
          ),
        ];
  const mark = pair.partial ? quoteLiteral(`${ownerMark(pair.id)} contracted`) : 'NULL';
  return [...rename, ...exclusively(`COMMENT ON COLUMN ${table}.${name} IS ${mark}`)];
}

/** The last one first: what an operation made, those behind it may have built upon. */
const undone = (change: TableChange): readonly ChangeStatement[] =>
  every({ ...change, changes: change.changes.toReversed() }, 'retire');

/** After a rollback: the new shape goes to the trash, the old one stays as it is. */
function retire(migration: SchemaMigration, change: TableChange): readonly ChangeStatement[] {
  const { names } = change;
  if (names.next === null) return undone(change);
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
    ...undone(change),
  ];
}

/**
 * First of all, for all tables: the view that is about to change before its table, the order in which every query
 * locks them. That view alone: LOCK takes the table along with it, so another one would come after the table, and
 * whoever has that one and waits for the table would stand in the way.
 */
function lockAll(
  phase: 'contract' | 'retire',
  migration: SchemaMigration,
  { name, table, names }: TableChange,
): PlannedStatement {
  const [version, shown] =
    phase === 'contract' ? [migration.from, names.old] : [migration.to, names.next];
  const isThere = shown !== null && version in (table?.views ?? {});
  const view = isThere ? [qualified(version, shown)] : [];
  const relations = [...view, qualified(migration.schema, table?.name ?? name)];
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
