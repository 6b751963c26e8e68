import type { Operation } from './operation.ts';

/** What is run on a target; `from` and `to` are the schemas that hold each version's views. */
export interface SchemaMigration {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Schema of the tables themselves. */
  readonly schema: string;
  /** Where expressions look for what the tables' schema lacks: a rehearsal's tables stand apart from it. */
  readonly shadows?: string;
  readonly operations: readonly Operation[];
}

/** Names of the tables that a migration touches, sorted, so that locks are taken in one order. */
export function touchedTables(migration: SchemaMigration): readonly string[] {
  return [...new Set(migration.operations.flatMap(tablesOf))].toSorted();
}

/** Names of the tables that one operation is about, its own first. */
export function tablesOf(operation: Operation): readonly string[] {
  const { operation: name, table } = operation;
  if (name === 'splitTable' || name === 'splitList') return [table, operation.into];
  if (name === 'mergeTables') return [table, operation.from];
  return name === 'sql' ? [table, ...operation.also] : [table];
}

/** What each version calls a table; null where the version does not know it. */
export interface TableNames {
  readonly old: string | null;
  readonly next: string | null;
}

/** Every name that either version has for a table of the migration, sorted. */
export function relationNames(migration: SchemaMigration): readonly string[] {
  const names = touchedTables(migration).flatMap((table) => {
    const { old, next } = tableNames(migration, table);
    return [table, ...(old === null ? [] : [old]), ...(next === null ? [] : [next])];
  });
  return [...new Set(names)].toSorted();
}

/** By the name that the table has now. */
export function tableNames(migration: SchemaMigration, table: string): TableNames {
  const mine = migration.operations.filter((one) => one.table === table);
  const split = migration.operations.some(
    (one) =>
      (one.operation === 'splitTable' || one.operation === 'splitList') && one.into === table,
  );
  const renamed = mine.find((one) => one.operation === 'renameTable');
  const created = mine.some((one) => one.operation === 'createTable');
  const dropped = mine.some((one) => one.operation === 'dropTable');
  const merged = migration.operations.some(
    (one) => one.operation === 'mergeTables' && one.from === table,
  );
  return {
    old: created || split ? null : table,
    next: dropped || merged ? null : (renamed?.to ?? table),
  };
}
