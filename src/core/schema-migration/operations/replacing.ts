import { interimName, operationId } from '../column-pair.ts';
import type { Operation } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';

/** An operation that puts a column of other values in the place of one. */
export interface Replacing {
  readonly operation: 'addCheck' | 'changeType' | 'dropNotNull' | 'setNotNull';
  readonly table: string;
  readonly column: string;
}

/** Where the new values stand until contract. */
export function interimColumn(migration: SchemaMigration, operation: Replacing): string {
  return interimName(replacementId(migration, operation), operation.column);
}

export function replacementId(
  migration: SchemaMigration,
  { operation, table, column }: Replacing,
): string {
  return operationId(migration, operation, table, column);
}

/** Columns of a table that get a replacement, in the order of the operations. */
export function replacedColumns(migration: SchemaMigration, table: string): readonly string[] {
  return replacementsOf(migration, table).map(({ column }) => column);
}

/** What puts them there, in the same order. */
export function replacementsOf(migration: SchemaMigration, table: string): readonly Replacing[] {
  return migration.operations.filter((one) => one.table === table).flatMap(replacing);
}

function replacing(operation: Operation): readonly Replacing[] {
  const { operation: kind, table } = operation;
  if (kind === 'addCheck') {
    const { replaces } = operation;
    return replaces === null ? [] : [{ operation: kind, table, column: replaces.column }];
  }
  const replaces = kind === 'changeType' || kind === 'dropNotNull' || kind === 'setNotNull';
  return replaces ? [operation] : [];
}
