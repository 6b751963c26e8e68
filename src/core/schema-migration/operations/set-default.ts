import { exclusively, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import { mentionedNames } from '../expression.ts';
import { qualified, quoteExisting } from '../identifier.ts';
import type { ChangeType, SetDefault } from '../operation.ts';
import { findColumn, noSuchColumn, presentTable } from './present-table.ts';

/** A default belongs to a version: until contract it stands on the new version's view alone. */
export function resolveSetDefault(operation: SetDefault, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { column } = operation;
  const present = findColumn(table, column);
  if (present === null) throw noSuchColumn(operation, scene, column);
  // A view without a default takes the table's, and a plain NULL counts as none.
  const { type } = changedType(operation, scene) ?? present;
  const wanted = operation.default ?? `CAST(nullif('', '') AS ${type})`;
  mentionedNames(wanted, `default of ${operation.table}.${column}`);
  const where = qualified(scene.migration.schema, table.name);
  const set = operation.default === null ? 'DROP DEFAULT' : `SET DEFAULT ${operation.default}`;
  return {
    id: operationId(scene.migration, 'setDefault', operation.table, column),
    table: operation.table,
    show: (columns) =>
      columns.map((one) => (one.of === column ? { ...one, default: wanted } : one)),
    contract:
      tableState(scene.migration, table) === 'contracted'
        ? []
        : exclusively(`ALTER TABLE ${where} ALTER COLUMN ${quoteExisting(column)} ${set}`),
  };
}

/** The new version's view shows a column that the same migration converts with its new type. */
function changedType({ table, column }: SetDefault, { migration }: Scene): ChangeType | undefined {
  return migration.operations.find(
    (one) => one.operation === 'changeType' && one.table === table && one.column === column,
  ) as ChangeType | undefined;
}
