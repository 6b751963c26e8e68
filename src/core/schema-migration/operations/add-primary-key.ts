import { CrossfadeError } from '../../errors.ts';
import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { quoteExisting } from '../identifier.ts';
import { notNullSteps } from '../not-null-steps.ts';
import type { AddPrimaryKey } from '../operation.ts';
import { duplicateRule } from '../rule.ts';
import { keySteps } from '../unique-key.ts';
import { freeConstraint, freeName } from './free-name.ts';
import { presentTable } from './present-table.ts';
import { isContracted, StandingColumns } from './standing-columns.ts';
import { triedIndex } from './tried-index.ts';

/**
 * What tells the rows of the new version apart. That no column holds NULL is proven by a check first:
 * with it NOT NULL is set at contract without reading a row.
 */
export function resolveAddPrimaryKey(operation: AddPrimaryKey, scene: Scene): Change {
  const present = presentTable(operation, scene);
  const { table, name, enforce } = operation;
  const id = operationId(scene.migration, 'addPrimaryKey', table, name);
  if (isContracted(scene)) return { id, table };
  const held = present.constraints.find(({ kind }) => kind === 'primary');
  if (held !== undefined) {
    throw new CrossfadeError('conflict', `${table} has a primary key already: ${held.name}.`);
  }
  freeName(operation, scene);
  freeConstraint(operation, scene);
  const place = { ...scene, operation };
  const standing = new StandingColumns(operation, scene);
  const columns = operation.columns.map((one) => standing.of(one));
  const interim = interimName(id, name);
  const listed = (names: readonly string[]): string => names.map(quoteExisting).join(', ');
  const wanted = {
    interim,
    name,
    kind: 'primary',
    columns,
    body: `USING btree (${listed(columns)})`,
    definition: `PRIMARY KEY (${listed(operation.columns.map((one) => standing.atRename(one)))})`,
  } as const;
  const key = keySteps(place, wanted, enforce);
  const known = knownSteps(operation, scene, standing, id);
  return {
    id,
    table,
    bind: [...(known.bind ?? []), ...triedIndex(place, id, wanted.body)],
    index: [...(known.index ?? []), ...key.index],
    seal: [...(known.seal ?? []), ...key.seal],
    contract: known.contract ?? [],
    rename: key.rename,
    retire: [...(known.retire ?? []), ...key.retire],
    rules:
      enforce === 'expand'
        ? []
        : [...(known.rules ?? []), duplicateRule(place, name, columns.map(quoteExisting))],
  };
}

/** For columns that may hold NULL still. */
function knownSteps(
  operation: AddPrimaryKey,
  scene: Scene,
  standing: StandingColumns,
  id: string,
): Partial<Change> {
  const columns = operation.columns
    .map((one) => ({ standing: standing.of(one), name: standing.atContract(one) }))
    .filter(({ standing: stands }) => !holdsNoNull(scene, stands));
  const name = `NOT NULL of ${operation.name}`;
  const interim = interimName(id, 'known');
  return notNullSteps({ ...scene, operation }, { interim, name, columns }, operation.enforce);
}

const holdsNoNull = ({ table }: Scene, name: string): boolean =>
  table?.columns.find((one) => one.name === name)?.notNull === true;
