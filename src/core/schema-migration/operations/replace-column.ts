import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { columnPair, interimName, operationId } from '../column-pair.ts';
import type { ColumnPair, Lossy } from '../column-pair.ts';
import { renamedIn } from '../expression.ts';
import { qualified, quoteExisting } from '../identifier.ts';
import type { SchemaMigration } from '../schema-migration.ts';

/** An operation that puts a column of other values in the place of one. */
export interface Replacing {
  readonly operation: 'addCheck' | 'changeType' | 'dropNotNull' | 'setNotNull';
  readonly table: string;
  readonly column: string;
}

/** How the values of a column become those of its replacement, and back. */
export interface Replacement {
  readonly table: TableCatalog;
  readonly type: string;
  readonly up: string;
  /** Reads the new value under the column's own name. */
  readonly down: string;
  readonly lossy: Lossy;
  /** Absent: as the old column is. */
  readonly notNull?: boolean;
}

/**
 * A column of the same name with other values. Until contract the new values stand beside the old
 * ones under an interim name; then the old column is put aside and the new one takes its name.
 */
export function replaceColumn(
  operation: Replacing,
  { migration }: Scene,
  { table, type, up, down, lossy }: Replacement,
): Change {
  const { column: name } = operation;
  const id = replacementId(migration, operation);
  const column = interimColumn(migration, operation);
  const spec = { id, table, name, column, type, up, fed: name, down, lossy };
  const pair = columnPair(migration, spec);
  if (pair.state === 'absent') refuseBound(operation, table);
  const shown = { of: name, column, name, default: null };
  return {
    id,
    table: operation.table,
    pairs: [pair],
    show: (columns) => columns.map((one) => (one.of === name ? shown : one)),
    contract: pair.state === 'live' ? exclusively(...takeOver(pair)) : [],
  };
}

/** The column that takes over would stand without them, from the first unit on the new side on. */
function refuseBound({ operation, column }: Replacing, table: TableCatalog): void {
  const bound = [...table.constraints, ...table.indexes].filter((one) =>
    one.columns.includes(column),
  );
  const names = [...new Set(bound.map((one) => one.name))];
  if (names.length === 0) return;
  throw new CrossfadeError(
    'unsupported',
    `${operation} of ${table.name}.${column}: ${names.join(', ')} stands on the column and would not stand ` +
      'on the one that replaces it. Take it away first, or add a column under another name.',
  );
}

/** Where the new values stand until contract. */
export function interimColumn(migration: SchemaMigration, operation: Replacing): string {
  return interimName(replacementId(migration, operation), operation.column);
}

function replacementId(
  migration: SchemaMigration,
  { operation, table, column }: Replacing,
): string {
  return operationId(migration, operation, table, column);
}

/** What the old column was to those who write: its default, converted as its values are. */
function takeOver(pair: ColumnPair): readonly string[] {
  const expression = pair.fed.default;
  if (expression === null) return [];
  const table = qualified(pair.migration.schema, pair.table.name);
  const place = `default of ${pair.table.name}.${pair.name}`;
  const converted = renamedIn(pair.up, pair.name, `(${expression})`, place);
  return [
    `ALTER TABLE ${table} ALTER COLUMN ${quoteExisting(pair.name)} SET DEFAULT CAST((${converted}) AS ${pair.type})`,
  ];
}
