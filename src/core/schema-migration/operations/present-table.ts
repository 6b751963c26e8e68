import { CrossfadeError } from '../../errors.ts';
import type { ColumnCatalog, TableCatalog } from '../catalog.ts';
import type { Scene } from '../change.ts';
import { columnsSpelt } from '../column-pair.ts';
import { otherSpelling } from '../identifier.ts';
import type { Operation } from '../operation.ts';
import { isNewTable } from './standing-columns.ts';

/** The operation's table, which has to be there already. */
export function presentTable(operation: Operation, scene: Scene): TableCatalog {
  const { migration, table } = scene;
  const where = `${migration.schema}.${operation.table}`;
  if (table === null) throw noSuchTable(operation.table, scene);
  if (table.plain || table.partitionedBy !== null) return table;
  throw new CrossfadeError(
    'unsupported',
    `${where} is inherited, a single partition, has partitions on foreign servers, or is no table; ` +
      `${operation.operation} needs an ordinary or a partitioned one.`,
  );
}

/** The same for an operation that may also follow the one that makes its table. */
export function presentOrNew(operation: Operation, scene: Scene): void {
  if (scene.table !== null || !isNewTable(operation, scene)) presentTable(operation, scene);
}

/** A column of that table; null when it is not there (any more). */
export function findColumn(table: TableCatalog, name: string): ColumnCatalog | null {
  return table.columns.find((one) => one.name === name) ?? null;
}

export function noSuchTable(name: string, { migration, catalog }: Scene): CrossfadeError {
  const question = otherSpelling(name, catalog.spelt ?? []);
  return new CrossfadeError(
    'notFound',
    `There is no table ${migration.schema}.${name} on the target.${question}`,
  );
}

export function noSuchColumn(
  operation: Operation,
  { migration, table }: Scene,
  column: string,
): CrossfadeError {
  const question = table === null ? '' : columnsSpelt(table, column);
  return new CrossfadeError(
    'notFound',
    `${operation.operation}: ${migration.schema}.${operation.table} has no column ${column}.${question}`,
  );
}
