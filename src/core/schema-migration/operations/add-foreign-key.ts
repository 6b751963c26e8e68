import { CrossfadeError } from '../../errors.ts';
import type { Change, Relation, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { foreignKeySteps } from '../foreign-key.ts';
import { qualified, quoteExisting } from '../identifier.ts';
import type { AddForeignKey } from '../operation.ts';
import { orphanedRows } from '../orphaned-rows.ts';
import { refuseOwnForeignKey } from '../parted/own-of-part.ts';
import { rowRule } from '../rule.ts';
import { tableNames } from '../schema-migration.ts';
import { compiled } from './compiled.ts';
import { freeConstraint } from './free-name.ts';
import { presentOrNew } from './present-table.ts';
import { isContracted, isNamed, isOld, StandingColumns } from './standing-columns.ts';

/** Every row of the new version leads to one of another table. */
export function resolveAddForeignKey(operation: AddForeignKey, scene: Scene): Change {
  presentOrNew(operation, scene);
  const { table, name, enforce } = operation;
  const id = operationId(scene.migration, 'addForeignKey', table, name);
  if (isContracted(scene) || isNamed(operation, scene)) return { id, table };
  freeConstraint(operation, scene);
  const place = { ...scene, operation };
  const standing = new StandingColumns(operation, scene);
  const columns = operation.columns.map((one) => standing.of(one));
  const parent = parentOf(operation, scene);
  const orphaned = orphanedRows(columns, parent, operation.references.columns);
  const wanted = {
    interim: interimName(id, name),
    name,
    definition: definition(operation, columns, parent),
    lock: 'ShareRowExclusive',
    also: [parent],
  } as const;
  if (isOld(scene)) refuseOwnForeignKey(scene.table, wanted, columns);
  const steps = foreignKeySteps(place, wanted, enforce);
  return {
    id,
    table,
    ...steps,
    bind: [...compiled(place, { conditions: [orphaned] }), ...(steps.bind ?? [])],
    rules: enforce === 'expand' ? [] : [rowRule(place, name, orphaned)],
  };
}

/** By the name that the table has until the end of contract. */
function parentOf({ references, operation }: AddForeignKey, { migration }: Scene): Relation {
  const { schema, table, columns } = references;
  const own = schema === null || schema === migration.schema;
  const changes = own ? migration.operations.filter((one) => one.table === table) : [];
  const names = tableNames(migration, table);
  const going = names.next === null || changes.some((one) => replaces(one, columns));
  if (!going) return { schema: schema ?? migration.schema, name: table };
  throw new CrossfadeError(
    'unsupported',
    `${operation}: the same migration changes ${table}(${columns.join(', ')}), which it is to reference. ` +
      'Put the two into migrations that follow each other.',
  );
}

function replaces(operation: Scene['migration']['operations'][number], columns: readonly string[]) {
  if (operation.operation === 'setDefault') return false;
  return 'column' in operation && columns.includes(operation.column);
}

function definition(
  { references, onDelete, onUpdate }: AddForeignKey,
  columns: readonly string[],
  parent: Relation,
): string {
  const listed = (names: readonly string[]): string => names.map(quoteExisting).join(', ');
  return [
    `FOREIGN KEY (${listed(columns)})`,
    `REFERENCES ${qualified(parent.schema, parent.name)} (${listed(references.columns)})`,
    ...(onUpdate === 'no action' ? [] : [`ON UPDATE ${onUpdate.toUpperCase()}`]),
    ...(onDelete === 'no action' ? [] : [`ON DELETE ${onDelete.toUpperCase()}`]),
  ].join(' ');
}
