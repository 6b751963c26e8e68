import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { quoteExisting } from '../identifier.ts';
import type { AddUnique } from '../operation.ts';
import { duplicateRule } from '../rule.ts';
import { keySteps } from '../unique-key.ts';
import { freeConstraint, freeName } from './free-name.ts';
import { presentOrNew } from './present-table.ts';
import { isContracted, isNamed, StandingColumns } from './standing-columns.ts';

/** No two rows of the new version hold the same values in these columns. */
export function resolveAddUnique(operation: AddUnique, scene: Scene): Change {
  presentOrNew(operation, scene);
  const { table, name, enforce, nulls } = operation;
  const id = operationId(scene.migration, 'addUnique', table, name);
  if (isContracted(scene) || isNamed(operation, scene)) return { id, table };
  freeName(operation, scene);
  freeConstraint(operation, scene);
  const place = { ...scene, operation };
  const standing = new StandingColumns(operation, scene);
  const columns = operation.columns.map((one) => standing.of(one));
  const wanted = {
    interim: interimName(id, name),
    name,
    kind: 'UNIQUE',
    body: indexBody(operation, standing),
  } as const;
  const nullsEqual = nulls === 'equal';
  const rule = duplicateRule(place, name, columns.map(quoteExisting), { nullsEqual });
  return {
    id,
    table,
    ...keySteps(place, wanted, enforce),
    rules: enforce === 'expand' ? [] : [rule],
  };
}

function indexBody({ columns, include, nulls }: AddUnique, standing: StandingColumns): string {
  const listed = (names: readonly string[]): string =>
    names.map((one) => quoteExisting(standing.of(one))).join(', ');
  return [
    `USING btree (${listed(columns)})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${listed(include)})`]),
    ...(nulls === 'equal' ? ['NULLS NOT DISTINCT'] : []),
  ].join(' ');
}
