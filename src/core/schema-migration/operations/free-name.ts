import { CrossfadeError } from '../../errors.ts';
import { constraintNamed } from '../build-constraint.ts';
import type { Scene } from '../change.ts';
import { quoteIdentifier } from '../identifier.ts';
import type { Operation } from '../operation.ts';

/** Refuses a name that would still be another's when contract hands it out. */
export function freeName(operation: Operation & { readonly name: string }, scene: Scene): void {
  const { table, name } = operation;
  quoteIdentifier(name);
  const isGoing = scene.migration.operations.some(
    (one) => one.operation === 'dropIndex' && one.table === table && one.index === name,
  );
  if (isGoing || !scene.catalog.taken.includes(name)) return;
  throw new CrossfadeError(
    'conflict',
    `${operation.operation}: ${scene.migration.schema}.${name} exists already, and this migration did not make it. ` +
      'Choose another name, or drop it first.',
  );
}

/** The same for a constraint without an index, whose name is its table's alone. */
export function freeConstraint(
  operation: Operation & { readonly name: string },
  { migration, table }: Scene,
): void {
  quoteIdentifier(operation.name);
  if (constraintNamed(table, operation.name) === undefined) return;
  throw new CrossfadeError(
    'conflict',
    `${operation.operation}: ${migration.schema}.${operation.table} has a constraint ${operation.name} already. ` +
      'Choose another name.',
  );
}
