import type { Operation } from './operation.ts';
import type { SchemaMigration } from './schema-migration.ts';

/**
 * Columns of which the old version reads less than the new one wrote, as `table.column`. From the
 * first exposure on a rollback keeps such values in the new column, where a retry finds them; the old
 * version reads what `down` makes of them.
 */
export function lossyDowns({ operations }: SchemaMigration): readonly string[] {
  return operations.filter(losesDown).map((one) => `${one.table}.${one.column}`);
}

type Losing = Extract<Operation, { column: string }>;

function losesDown(operation: Operation): operation is Losing {
  if (operation.operation === 'dropNotNull') return true;
  const declared = 'lossy' in operation ? operation.lossy : undefined;
  return declared === 'down' || declared === 'both';
}
