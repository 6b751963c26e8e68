import type { Catalog, StubCatalog, TableCatalog } from './catalog.ts';
import type { ColumnPair } from './column-pair.ts';
import type { Rule } from './rule.ts';
import type { SchemaMigration } from './schema-migration.ts';
import type { TableSync } from './table-sync.ts';
import type { ViewColumn } from './version-views.ts';

/** PostgreSQL's table lock modes, as far as a plan takes them, from the weakest to the strongest. */
export const lockLevels = [
  'none',
  'AccessShare',
  'RowExclusive',
  'ShareUpdateExclusive',
  'Share',
  'ShareRowExclusive',
  'AccessExclusive',
] as const;

export type LockLevel = (typeof lockLevels)[number];

/** A relation by schema and name. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
}

/** What somebody is to know a thing by from contract on. */
export interface GivenName {
  /** `key`: a constraint and the index under it. */
  readonly kind: 'table' | 'column' | 'index' | 'constraint' | 'key';
  /** The table itself, as it is called until then, or the one that has the thing. */
  readonly on: Relation;
  readonly name: string;
}

/** One statement of an operation, with the strongest lock that it takes on its table. */
export interface ChangeStatement {
  readonly sql: string;
  readonly lock: LockLevel;
  /** What it does, for people: `builds orders_phone_idx`. */
  readonly words?: string;
  /** True when it reads no row and makes nothing: by itself it is no work that is left to do. */
  readonly tries?: boolean;
  /** How much of the table's rows it is about, where that is not all of them: 0.25. */
  readonly share?: number;
  /** Other relations on which it takes a lock that writers feel. */
  readonly also?: readonly Relation[];
  /** The name that it gives, which nobody else may have by then. */
  readonly gives?: GivenName;
}

/**
 * What one operation means on a target that looks like the catalog: pure data, and what is done
 * already is left out. Anything that is absent does not happen.
 */
export interface Change {
  readonly id: string;
  /** Name, in the operations, of the table that it is about. An operation may concern several. */
  readonly table: string;
  /** Columns, by their names in the table, of which the old version knows nothing. */
  readonly adds?: readonly string[];
  /** Columns that are kept in step from expand to contract. */
  readonly pairs?: readonly ColumnPair[];
  /** Tables that are kept in step from expand to contract. */
  readonly syncs?: readonly TableSync[];
  /** How the new version's view differs from the old one's columns. */
  readonly show?: (columns: readonly ViewColumn[]) => readonly ViewColumn[];
  /** In expand's transaction, before pairs and views. */
  readonly expand?: readonly ChangeStatement[];
  /** In expand's transaction, when the pairs' columns are there. */
  readonly bind?: readonly ChangeStatement[];
  /** After the backfill, each by itself; no write of the old version may fail for it. */
  readonly index?: readonly ChangeStatement[];
  /** What rows must fulfil by then; looked for by verify. */
  readonly rules?: readonly Rule[];
  /** Just before contract, each by itself: from here on a write of the old version may be refused. */
  readonly seal?: readonly ChangeStatement[];
  /** Columns that contract puts aside; before anything else there takes their names. */
  readonly aside?: readonly string[];
  /** First of all in contract's transaction, for all tables: what ties one to another. */
  readonly untie?: readonly ChangeStatement[];
  /** In contract's transaction, when names are free. */
  readonly contract?: readonly ChangeStatement[];
  /** When nobody speaks of the columns by their old names any more. */
  readonly rename?: readonly ChangeStatement[];
  /** The last statements of contract: the table itself goes by another name, or goes. */
  readonly leave?: readonly ChangeStatement[];
  /** Tables, by their names in the operations, that `expand` may change: their old views come first. */
  readonly alters?: readonly string[];
  /** True while the new version's view has to wait for what `expand` makes of the table. */
  readonly changing?: boolean;
  /** When every table of the migration has been contracted, or retired. */
  readonly last?: Readonly<Record<'contract' | 'retire', readonly ChangeStatement[]>>;
  /** In the transaction that takes the new shape away after a rollback. */
  readonly retire?: readonly ChangeStatement[];
}

/** What an operation is resolved against. */
export interface Scene {
  readonly migration: SchemaMigration;
  readonly catalog: Catalog;
  /** The operation's table; null when the target has none of that name. */
  readonly table: TableCatalog | null;
  /** Any table of the migration, by its name in the operations. */
  find(table: string): TableCatalog | null;
}

/**
 * Statements of the phases `index` and `seal` that take no lock a writer feels: they run outside of
 * any transaction, for as long as they need.
 */
export function runsLong({ lock }: ChangeStatement): boolean {
  return lock === 'ShareUpdateExclusive';
}

/** Statements that all take the strongest lock. */
export function exclusively(...sql: readonly string[]): readonly ChangeStatement[] {
  return sql.map((one) => ({ sql: one, lock: 'AccessExclusive' }));
}

/** One that gives a thing its name. */
export function giving(gives: GivenName, sql: string): ChangeStatement {
  return { sql, lock: 'AccessExclusive', gives };
}

/** Where a table stands between its two versions. */
export type TableState = 'old' | 'expanded' | 'contracted';

/** Contract leaves a stub in the place of the old version's view; another migration's says nothing of this one. */
export function tableState(migration: SchemaMigration, table: TableCatalog): TableState {
  const stub = stubOf(migration, table);
  if (stub?.by === migration.name) return 'contracted';
  return migration.to in table.views ? 'expanded' : 'old';
}

/** What stands in the place of the old version's view, if anything. */
export function stubOf(migration: SchemaMigration, table: TableCatalog): StubCatalog | undefined {
  return table.stubs.find(({ version }) => version === migration.from);
}
