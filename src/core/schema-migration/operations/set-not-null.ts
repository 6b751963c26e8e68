import { quoteExisting } from '../identifier.ts';
import type { Change, Scene } from '../change.ts';
import type { SetNotNull } from '../operation.ts';
import { findColumn, noSuchColumn, presentTable } from './present-table.ts';
import { replaceColumn } from './replace-column.ts';

/**
 * Old writers go on writing NULL, so the new version reads a column of its own. What stands for NULL
 * there does not lead back to NULL; the old column keeps its NULL all the same.
 */
export function resolveSetNotNull(operation: SetNotNull, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const column = findColumn(table, operation.column);
  if (column === null) throw noSuchColumn(operation, scene, operation.column);
  return replaceColumn(operation, scene, {
    table,
    type: column.type,
    up: operation.up,
    down: quoteExisting(operation.column),
    lossy: 'up',
    notNull: true,
  });
}
