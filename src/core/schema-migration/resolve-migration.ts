import { byOperation } from './by-operation.ts';
import type { ByOperation } from './by-operation.ts';
import type { Catalog, TableCatalog } from './catalog.ts';
import type { Change, Scene } from './change.ts';
import type { ColumnPair } from './column-pair.ts';
import { linkPairs } from './link-pairs.ts';
import { movementOfPair } from './movement.ts';
import type { Movement } from './movement.ts';
import type { Operation } from './operation.ts';
import { resolveAddCheck } from './operations/add-check.ts';
import { resolveAddColumn } from './operations/add-column.ts';
import { resolveAddForeignKey } from './operations/add-foreign-key.ts';
import { resolveAddPrimaryKey } from './operations/add-primary-key.ts';
import { resolveAddUnique } from './operations/add-unique.ts';
import { resolveChangeType } from './operations/change-type.ts';
import { resolveCreateIndex } from './operations/create-index.ts';
import { resolveCreateTable } from './operations/create-table.ts';
import { resolveDropColumn } from './operations/drop-column.ts';
import { resolveDropIndex } from './operations/drop-index.ts';
import { resolveDropNotNull } from './operations/drop-not-null.ts';
import { resolveDropTable } from './operations/drop-table.ts';
import { resolveMergeTables } from './operations/merge-tables.ts';
import { resolveRenameColumn } from './operations/rename-column.ts';
import { resolveRenameTable } from './operations/rename-table.ts';
import { resolveSetDefault } from './operations/set-default.ts';
import { resolveSetNotNull } from './operations/set-not-null.ts';
import { resolveSplitList } from './operations/split-list.ts';
import { resolveSplitTable } from './operations/split-table.ts';
import { resolveSql } from './operations/sql.ts';
import { refuseClash, refuseNames } from './refusals.ts';
import type { Rule } from './rule.ts';
import { tableNames, touchedTables } from './schema-migration.ts';
import type { SchemaMigration, TableNames } from './schema-migration.ts';
import type { TableSync } from './table-sync.ts';

/** All that a migration does to one table. */
export interface TableChange {
  /** The table's name in the operations. */
  readonly name: string;
  /** As the target has it now; null before it is created and after it is gone. */
  readonly table: TableCatalog | null;
  /** What the two versions call it. */
  readonly names: TableNames;
  /** In the order of the operations. */
  readonly changes: readonly Change[];
}

/**
 * Brings the operations and the catalog together, table by table in the order in which locks are
 * taken, and refuses, by name, what cannot be carried out.
 * @throws CrossfadeError `invalidInput`, `notFound`, `conflict` or `unsupported`
 */
export function resolveMigration(
  migration: SchemaMigration,
  catalog: Catalog,
): readonly TableChange[] {
  refuseNames(migration);
  const find = (name: string): TableCatalog | null =>
    findTable(catalog, name, tableNames(migration, name));
  const changes = migration.operations.flatMap((one) =>
    resolveChange(one, { migration, catalog, table: find(one.table), find }),
  );
  const resolved = touchedTables(migration).map((name): TableChange => {
    const mine = changes.filter(({ table }) => table === name);
    return { name, table: find(name), names: tableNames(migration, name), changes: mine };
  });
  // What others are tied to has to be made first; nobody waits for a lock on it.
  resolved.sort((one, other) => Number(one.table !== null) - Number(other.table !== null));
  const pairs = resolved.flatMap(pairsOf);
  const moved = resolved.flatMap(movedOf);
  for (const pair of [...pairs, ...moved]) refuseClash(pair, pairs, moved);
  return resolved;
}

/** All that is converted by `up` and `down`, in the order of tables and operations. */
export function resolvePairs(migration: SchemaMigration, catalog: Catalog): readonly ColumnPair[] {
  return resolveMigration(migration, catalog).flatMap(conversionsOf);
}

/** All that stands in one row beside what it is made of. */
export function columnPairsOf(migration: SchemaMigration, catalog: Catalog): readonly ColumnPair[] {
  return resolveMigration(migration, catalog).flatMap(pairsOf);
}

/** All that backfill and verify walk, in the order of tables and operations. */
export function resolveMovements(
  migration: SchemaMigration,
  catalog: Catalog,
): readonly Movement[] {
  return resolveMigration(migration, catalog).flatMap(movementsOf);
}

export function movementsOf(change: TableChange): readonly Movement[] {
  return [
    ...pairsOf(change).map(movementOfPair),
    ...syncsOf(change).map(({ movement }) => movement),
  ];
}

export function syncsOf({ changes }: TableChange): readonly TableSync[] {
  return changes.flatMap((change) => change.syncs ?? []);
}

function conversionsOf(change: TableChange): readonly ColumnPair[] {
  return [...pairsOf(change), ...movedOf(change)];
}

function movedOf(change: TableChange): readonly ColumnPair[] {
  return syncsOf(change).flatMap(({ conversions }) => conversions);
}

/** What rows are looked at for before contract enforces it. */
export function rulesOf(migration: SchemaMigration, catalog: Catalog): readonly Rule[] {
  const all = resolveMigration(migration, catalog).flatMap(({ changes }) => changes);
  return all.flatMap(({ rules }) => rules ?? []);
}

/** In the order in which a row's columns are converted. */
export function pairsOf({ changes }: TableChange): readonly ColumnPair[] {
  return linkPairs(changes.flatMap((change) => change.pairs ?? []));
}

/** Contract renames a table at its very end. */
function findTable(catalog: Catalog, name: string, { next }: TableNames): TableCatalog | null {
  const now = catalog.tables.find((one) => one.name === name);
  return now ?? catalog.tables.find((one) => one.name === next) ?? null;
}

const resolvers: ByOperation<[Scene], Change | readonly Change[]> = {
  addCheck: resolveAddCheck,
  addColumn: resolveAddColumn,
  addForeignKey: resolveAddForeignKey,
  addPrimaryKey: resolveAddPrimaryKey,
  addUnique: resolveAddUnique,
  changeType: resolveChangeType,
  createIndex: resolveCreateIndex,
  createTable: resolveCreateTable,
  dropColumn: resolveDropColumn,
  dropIndex: resolveDropIndex,
  dropNotNull: resolveDropNotNull,
  dropTable: resolveDropTable,
  mergeTables: resolveMergeTables,
  renameColumn: resolveRenameColumn,
  renameTable: resolveRenameTable,
  setDefault: resolveSetDefault,
  setNotNull: resolveSetNotNull,
  splitList: resolveSplitList,
  splitTable: resolveSplitTable,
  sql: resolveSql,
};

function resolveChange(operation: Operation, scene: Scene): readonly Change[] {
  const changes = byOperation(resolvers, operation, scene);
  return 'id' in changes ? [changes] : changes;
}
