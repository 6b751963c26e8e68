import { exclusively } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import type { DropTable } from '../operation.ts';
import { refuseLeaning } from '../refusals.ts';
import { discardTable } from '../put-table-aside.ts';
import { noSuchTable } from './present-table.ts';

/** The new version has no view of the table; contract moves it, rows and all, to the trash. */
export function resolveDropTable(operation: DropTable, scene: Scene): Change {
  const { migration, catalog, table } = scene;
  const id = operationId(migration, 'dropTable', operation.table);
  const isGone = table === null && catalog.trash.includes(id);
  if (table === null && !isGone) throw noSuchTable(operation.table, scene);
  if (table !== null) refuseLeaning(table, 'dropped');
  return {
    id,
    table: operation.table,
    show: () => [],
    leave: table === null ? [] : exclusively(...discardTable({ migration, catalog }, table, id)),
  };
}
