import { quoteExisting } from '../identifier.ts';
import type { Change, Scene } from '../change.ts';
import type { DropNotNull } from '../operation.ts';
import { findColumn, noSuchColumn, presentTable } from './present-table.ts';
import { replaceColumn } from './replace-column.ts';

/**
 * Old readers must never meet NULL, so the new version writes a column of its own. What the old
 * column holds in place of NULL does not lead back to NULL; the new column keeps its NULL all the same.
 */
export function resolveDropNotNull(operation: DropNotNull, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const column = findColumn(table, operation.column);
  if (column === null) throw noSuchColumn(operation, scene, operation.column);
  return replaceColumn(operation, scene, {
    table,
    type: column.type,
    up: quoteExisting(operation.column),
    down: operation.down,
    lossy: 'down',
    notNull: false,
  });
}
