import { CrossfadeError } from '../../errors.ts';
import { constraintSteps } from '../build-constraint.ts';
import { exclusively } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { qualified, quoteExisting } from '../identifier.ts';
import type { AddPrimaryKey } from '../operation.ts';
import { duplicateRule, rowRule } from '../rule.ts';
import { keySteps } from '../unique-key.ts';
import { freeConstraint, freeName } from './free-name.ts';
import { presentTable } from './present-table.ts';
import { isContracted, StandingColumns } from './standing-columns.ts';

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
  const body = `USING btree (${columns.map(quoteExisting).join(', ')})`;
  const key = keySteps(place, { interim, name, kind: 'PRIMARY KEY', body }, enforce);
  const known = knownSteps(operation, scene, columns, id);
  return {
    id,
    table,
    bind: known.bind ?? [],
    index: [...(known.index ?? []), ...key.index],
    seal: [...(known.seal ?? []), ...key.seal],
    rename: [...(known.rename ?? []), ...key.rename],
    retire: [...(known.retire ?? []), ...key.retire],
    rules:
      enforce === 'expand'
        ? []
        : [...(known.rules ?? []), duplicateRule(place, name, columns, false)],
  };
}

/** For columns that may hold NULL still; at contract the check has done its work and goes. */
function knownSteps(
  operation: AddPrimaryKey,
  scene: Scene,
  columns: readonly string[],
  id: string,
): Partial<Change> {
  const open = columns.filter(
    (name) => scene.table?.columns.find((one) => one.name === name)?.notNull !== true,
  );
  if (open.length === 0) return {};
  const place = { ...scene, operation };
  const interim = interimName(id, 'known');
  const name = `NOT NULL of ${operation.name}`;
  const isKnown = open.map((one) => `${quoteExisting(one)} IS NOT NULL`).join(' AND ');
  const definition = `CHECK (${isKnown})`;
  const wanted = { interim, name, definition, lock: 'AccessExclusive' } as const;
  const where = qualified(scene.migration.schema, scene.table?.name ?? operation.table);
  return {
    ...constraintSteps(place, wanted, operation.enforce),
    rename: exclusively(
      ...open.map((one) => `ALTER TABLE ${where} ALTER COLUMN ${quoteExisting(one)} SET NOT NULL`),
      `ALTER TABLE ${where} DROP CONSTRAINT ${quoteExisting(interim)}`,
    ),
    rules: [rowRule(place, name, `NOT (${isKnown})`)],
  };
}
