import { CrossfadeError } from '../../errors.ts';
import { constraintNamed } from '../build-constraint.ts';
import type { PartIndexCatalog, PartitionCatalog, TableCatalog } from '../catalog.ts';
import type { Relation, Scene } from '../change.ts';
import { isTrash, quoteIdentifier } from '../identifier.ts';
import type { Operation } from '../operation.ts';
import { ownShareName } from '../parted/partitions.ts';
import { isOld } from './standing-columns.ts';

/**
 * Refuses a name that would still be another's when contract hands it out. What has begun can be taken back,
 * whoever has taken the name since; verify and contract hold for that (`givenNames`).
 */
export function freeName(operation: Operation & { readonly name: string }, scene: Scene): void {
  const { table, name } = operation;
  quoteIdentifier(name);
  if (!isOld(scene)) return;
  const isGoing = scene.migration.operations.some(
    (one) => one.operation === 'dropIndex' && one.table === table && one.index === name,
  );
  if (isGoing) return;
  const { schema } = scene.migration;
  const wanted = shareNamesOn(schema, scene.table, name);
  const taken = [{ schema, name }, ...wanted].find((one) => scene.catalog.taken.includes(one.name));
  if (taken === undefined) return;
  throw new CrossfadeError(
    'conflict',
    `${operation.operation}: ${taken.schema}.${taken.name} exists already, and this migration did not make it. ` +
      'Choose another name, or drop it first.',
  );
}

/** What parts will call their shares, but for those that PostgreSQL has called so already. */
function shareNamesOn(schema: string, table: TableCatalog, name: string): readonly Relation[] {
  return table.partitions
    .map((part) => ({ part, share: ownShareName(name, { schema, name: table.name }, part) }))
    .filter(({ part, share }) => !part.indexes.some((one) => one.name === share && isOurs(one)))
    .map(({ part, share }) => ({ schema: part.schema, name: share }));
}

const isOurs = ({ of }: PartIndexCatalog): boolean => of !== null && isTrash(of);

/** The same for a constraint without an index, whose name is its table's alone. */
export function freeConstraint(
  operation: Operation & { readonly name: string },
  scene: Scene,
): void {
  const { name } = operation;
  const { migration, table } = scene;
  quoteIdentifier(name);
  if (!isOld(scene)) return;
  const isHeld = constraintNamed(table, name) !== undefined;
  const part = scene.table.partitions.find((one) => holdsAlone(one, name));
  if (!isHeld && part === undefined) return;
  const where =
    part === undefined ? `${migration.schema}.${operation.table}` : `partition ${part.name}`;
  throw new CrossfadeError(
    'conflict',
    `${operation.operation}: ${where} has a constraint ${name} already. Choose another name.`,
  );
}

/** Contract gives the name to what partitions have of it, too. */
const holdsAlone = ({ constraints, indexes }: PartitionCatalog, name: string): boolean =>
  constraints.some((one) => one.of === null && one.name === name) ||
  indexes.some((one) => one.of === null && one.constraint === name);
