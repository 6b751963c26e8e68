import { CrossfadeError } from '../../errors.ts';
import { exclusively } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import type { DropTable } from '../operation.ts';
import { refuseLeaning } from '../refusals.ts';
import { discardTable } from '../put-table-aside.ts';

/** The new version has no view of the table; contract moves it, rows and all, to the trash. */
export function resolveDropTable(
  operation: DropTable,
  { migration, catalog, table }: Scene,
): Change {
  const id = operationId(migration, 'dropTable', operation.table);
  const isGone = table === null && catalog.trash.includes(id);
  if (table === null && !isGone) {
    const where = `${migration.schema}.${operation.table}`;
    throw new CrossfadeError('notFound', `There is no table ${where} on the target.`);
  }
  if (table !== null) refuseLeaning(table, 'dropped');
  return {
    id,
    table: operation.table,
    show: () => [],
    leave: table === null ? [] : exclusively(...discardTable({ migration, catalog }, table, id)),
  };
}
