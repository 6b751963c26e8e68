import { CrossfadeError } from '../../errors.ts';
import { giving, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import { qualified, quoteIdentifier } from '../identifier.ts';
import type { RenameTable } from '../operation.ts';
import { presentTable } from './present-table.ts';

/** Only the name of the new version's view differs until contract renames the table itself. */
export function resolveRenameTable(operation: RenameTable, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { migration, catalog } = scene;
  const isRenamed = table.name === operation.to;
  // What has begun can be taken back, whoever has taken the name since.
  const isOpen = tableState(migration, table) === 'old';
  if (isOpen && catalog.tables.some((one) => one.name === operation.to)) {
    throw new CrossfadeError(
      'conflict',
      `${migration.schema}.${operation.to} exists already; ${operation.table} cannot take its name.`,
    );
  }
  const on = { schema: migration.schema, name: operation.table };
  return {
    id: operationId(migration, 'renameTable', operation.table),
    table: operation.table,
    leave: isRenamed
      ? []
      : [
          giving(
            { kind: 'table', on, name: operation.to },
            `ALTER TABLE ${qualified(on.schema, on.name)} RENAME TO ${quoteIdentifier(operation.to)}`,
          ),
        ],
  };
}
