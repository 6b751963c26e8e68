import { CrossfadeError } from '../../errors.ts';
import { indexNamed } from '../build-index.ts';
import { exclusively } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import { qualified, trashName } from '../identifier.ts';
import type { DropIndex } from '../operation.ts';
import { trashNote } from '../trash-note.ts';
import { presentTable } from './present-table.ts';
import { isContracted } from './standing-columns.ts';

/** Both versions have it until contract, which writes down what it was. */
export function resolveDropIndex(operation: DropIndex, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { migration } = scene;
  const id = operationId(migration, 'dropIndex', table.name, operation.index);
  if (isContracted(scene)) return { id, table: operation.table };
  const where = qualified(migration.schema, operation.index);
  const found = indexNamed(table, operation.index);
  if (found === undefined) {
    throw new CrossfadeError('notFound', `dropIndex: ${table.name} has no index ${where}.`);
  }
  if (found.constraint !== null || found.referenced) {
    const owner =
      found.constraint === null ? 'a foreign key' : `the constraint ${found.constraint}`;
    throw new CrossfadeError('unsupported', `dropIndex: ${owner} stands on ${where}.`);
  }
  const { unique, body } = found;
  const trash = trashName(id, found.name, []);
  const note = trashNote(
    { id, migration, table: table.name, trash },
    { index: { name: found.name, unique, body } },
  );
  return {
    id,
    table: operation.table,
    contract: exclusively(note, `DROP INDEX IF EXISTS ${where}`),
  };
}
