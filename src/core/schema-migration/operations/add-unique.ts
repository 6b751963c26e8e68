import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { quoteExisting } from '../identifier.ts';
import type { AddUnique } from '../operation.ts';
import { duplicateRule } from '../rule.ts';
import { keySteps } from '../unique-key.ts';
import { freeConstraint, freeName } from './free-name.ts';
import { presentOrNew } from './present-table.ts';
import { isContracted, isNamed, StandingColumns } from './standing-columns.ts';
import { triedIndex } from './tried-index.ts';

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
    kind: 'unique',
    columns,
    body: indexBody(operation, (one) => standing.of(one)),
    definition: definition(operation, (one) => standing.atRename(one)),
  } as const;
  const nullsEqual = nulls === 'equal';
  const rule = duplicateRule(place, name, columns.map(quoteExisting), { nullsEqual });
  return {
    id,
    table,
    bind: triedIndex(place, id, wanted.body),
    ...keySteps(place, wanted, enforce),
    rules: enforce === 'expand' ? [] : [rule],
  };
}

/** Where a column is found, by the name that the operation has for it. */
type Found = (column: string) => string;

function indexBody({ columns, include, nulls }: AddUnique, found: Found): string {
  return [
    `USING btree (${listed(columns, found)})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${listed(include, found)})`]),
    ...(nulls === 'equal' ? ['NULLS NOT DISTINCT'] : []),
  ].join(' ');
}

function definition({ columns, include, nulls }: AddUnique, found: Found): string {
  return [
    'UNIQUE',
    ...(nulls === 'equal' ? ['NULLS NOT DISTINCT'] : []),
    `(${listed(columns, found)})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${listed(include, found)})`]),
  ].join(' ');
}

const listed = (columns: readonly string[], found: Found): string =>
  columns.map((one) => quoteExisting(found(one))).join(', ');
