import type { Operation } from '../schema-migration/operation.ts';
import {
  relationNames,
  type SchemaMigration,
  tablesOf,
} from '../schema-migration/schema-migration.ts';

/** What ties tables of a target together, so that work on one of them can lock another. */
export interface Bond {
  readonly kind: 'foreign key' | 'view';
  readonly name: string;
  readonly ends: readonly BondEnd[];
}

/** A table that is tied, and the columns of it that the bond stands on. */
export interface BondEnd {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

/**
 * Whether two migrations would block each other through a bond. Whoever changes a column of a foreign
 * key makes the key anew, which locks the table at its other end; a view must be made anew by each of two
 * that change what it reads.
 */
export function isBinding({ kind, ends }: Bond, a: SchemaMigration, b: SchemaMigration): boolean {
  const other = kind === 'view' ? changes : touches;
  return ends.some((end) =>
    ends.some(
      (far) =>
        far !== end && ((changes(a, end) && other(b, far)) || (changes(b, end) && other(a, far))),
    ),
  );
}

/** The foreign keys that a migration makes itself: to make one locks the table that it leads to. */
export function madeKeys({ operations, schema }: SchemaMigration): readonly Bond[] {
  return operations.flatMap((one): readonly Bond[] => {
    if (one.operation !== 'addForeignKey') return [];
    const { table, columns, references, name } = one;
    const far = { ...references, schema: references.schema ?? schema };
    return [{ kind: 'foreign key', name, ends: [{ schema, table, columns }, far] }];
  });
}

/** Whether a migration has to do with the table at that end. */
export function touches(migration: SchemaMigration, { schema, table }: BondEnd): boolean {
  return migration.schema === schema && relationNames(migration).includes(table);
}

function changes(migration: SchemaMigration, end: BondEnd): boolean {
  if (migration.schema !== end.schema) return false;
  return migration.operations.some(
    (one) => tablesOf(one).includes(end.table) && changesColumns(one, end.columns),
  );
}

function changesColumns(operation: Operation, columns: readonly string[]): boolean {
  const changed = changedColumns(operation);
  return changed === 'all' || changed.some((column) => columns.includes(column));
}

/** Operations that make or hide the table as a whole, or of which nothing is inferred. */
const wholeTable: ReadonlySet<Operation['operation']> = new Set([
  'dropTable',
  'renameTable',
  'splitTable',
  'splitList',
  'mergeTables',
  'sql',
]);

/** Operations that give the one column that they name another definition. */
const oneColumn: ReadonlySet<Operation['operation']> = new Set([
  'changeType',
  'setNotNull',
  'dropNotNull',
  'dropColumn',
  'renameColumn',
]);

/** The columns that are there already and another definition of which the new version has. */
function changedColumns(operation: Operation): readonly string[] | 'all' {
  const { operation: name } = operation;
  if (wholeTable.has(name)) return 'all';
  if (name === 'addPrimaryKey' || name === 'addForeignKey') return operation.columns;
  if (name === 'addCheck') return operation.replaces === null ? [] : [operation.replaces.column];
  return oneColumn.has(name) && 'column' in operation ? [operation.column] : [];
}
