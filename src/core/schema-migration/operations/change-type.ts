import type { Change, Scene } from '../change.ts';
import type { ChangeType } from '../operation.ts';
import { refuseType } from '../refusals.ts';
import { presentTable } from './present-table.ts';
import { replaceColumn } from './replace-column.ts';

/** The column is replaced by one of the new type, which takes its name at contract. */
export function resolveChangeType(operation: ChangeType, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { column, type, up, down, lossy = 'no', reversible } = operation;
  refuseType(`${operation.table}.${column}`, type, scene.catalog);
  return replaceColumn(operation, scene, { table, type, up, down, lossy, reversible });
}
