import { CrossfadeError } from '../../errors.ts';
import { tableState } from '../change.ts';
import type { Change, Scene, TableState } from '../change.ts';
import { operationId } from '../column-pair.ts';
import type { ColumnCatalog, TableCatalog } from '../catalog.ts';
import { fillTrigger } from '../fill-trigger.ts';
import type { FillTrigger } from '../fill-trigger.ts';
import type { DropColumn } from '../operation.ts';
import { ownOfPart } from '../parted/own-of-part.ts';
import { identityOf } from '../refusals.ts';
import { findColumn, noSuchColumn, presentTable } from './present-table.ts';

/** The new version's view leaves the column out; contract puts it aside. */
export function resolveDropColumn(operation: DropColumn, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { migration } = scene;
  const id = operationId(migration, 'dropColumn', operation.table, operation.column);
  const contracted = tableState(migration, table) === 'contracted';
  const column = findColumn(table, operation.column);
  if (column === null && !contracted) throw noSuchColumn(operation, scene, operation.column);
  refuseNeeded(operation, table, tableState(migration, table));
  const filled = column === null || contracted ? null : filler(operation, column, table, scene, id);
  return {
    id,
    table: operation.table,
    show: (columns) => columns.filter((one) => one.of !== operation.column),
    expand: filled?.create ?? [],
    aside: contracted ? [] : [operation.column],
    contract: filled?.drop ?? [],
    retire: filled?.drop ?? [],
  };
}

/** By some columns rows are known to others than their readers. */
function refuseNeeded(
  { table: name, column }: DropColumn,
  table: TableCatalog,
  state: TableState,
): void {
  const places = table.partitionedBy?.includes(column) === true;
  const own = state === 'old' ? ownOfPart(table, column) : null;
  const [why] = [
    ...(places ? ['it decides in which partition a row stands, and cannot go.'] : []),
    ...identityOf(table, column),
    ...(own === null ? [] : [own]),
  ];
  if (why === undefined) return;
  throw new CrossfadeError('unsupported', `dropColumn of ${name}.${column}: ${why}`);
}

/** Gives rows of the new version what the old one insists on. */
function filler(
  operation: DropColumn,
  column: ColumnCatalog,
  table: TableCatalog,
  { migration }: Scene,
  id: string,
): FillTrigger | null {
  const isFilled = !column.notNull || column.default !== null || column.generated !== 'no';
  if (operation.down !== undefined) {
    const place = `down of ${operation.table}.${operation.column}`;
    return fillTrigger({ id, migration, table, column, value: operation.down, place });
  }
  if (isFilled) return null;
  throw new CrossfadeError(
    'invalidInput',
    `${operation.table}.${operation.column} is NOT NULL and has no default: give \`down\`, its value ` +
      'in rows that the new version inserts.',
  );
}
