import { CrossfadeError } from '../../errors.ts';
import { giving, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import { qualified, quoteExisting, quoteIdentifier } from '../identifier.ts';
import type { RenameColumn } from '../operation.ts';
import { findColumn, noSuchColumn, presentTable } from './present-table.ts';

/** Only the views differ until contract renames the column itself. */
export function resolveRenameColumn(operation: RenameColumn, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { column, to } = operation;
  quoteIdentifier(to);
  const state = tableState(scene.migration, table);
  const contracted = state === 'contracted';
  if (!contracted && findColumn(table, column) === null) {
    throw noSuchColumn(operation, scene, column);
  }
  // What has begun can be taken back, whoever has taken the name since.
  if (state === 'old' && findColumn(table, to) !== null) {
    throw new CrossfadeError(
      'conflict',
      `${operation.table}.${to} exists already; ${column} cannot take its name.`,
    );
  }
  const where = qualified(scene.migration.schema, table.name);
  return {
    id: operationId(scene.migration, 'renameColumn', operation.table, column),
    table: operation.table,
    show: (columns) => columns.map((one) => (one.of === column ? { ...one, name: to } : one)),
    rename: contracted
      ? []
      : [
          giving(
            { kind: 'column', on: { schema: scene.migration.schema, name: table.name }, name: to },
            `ALTER TABLE ${where} RENAME COLUMN ${quoteExisting(column)} TO ${quoteExisting(to)}`,
          ),
        ],
  };
}
