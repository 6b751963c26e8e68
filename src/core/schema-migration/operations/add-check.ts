import { constraintSteps } from '../build-constraint.ts';
import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { quoteExisting } from '../identifier.ts';
import type { AddCheck } from '../operation.ts';
import { rowRule } from '../rule.ts';
import { compiled } from './compiled.ts';
import { freeConstraint } from './free-name.ts';
import { findColumn, noSuchColumn, presentOrNew, presentTable } from './present-table.ts';
import { replaceColumn } from './replace-column.ts';
import { isContracted, isNamed, StandingColumns } from './standing-columns.ts';

/**
 * A condition that every row of the new version fulfils. With `replaces` the new version has a column
 * of its own, which `up` fills with values that do.
 */
export function resolveAddCheck(operation: AddCheck, scene: Scene): readonly Change[] {
  presentOrNew(operation, scene);
  const replaced = operation.replaces === null ? [] : [replacement(operation, scene)];
  const { table, name, enforce } = operation;
  const id = operationId(scene.migration, 'addCheck', table, name);
  if (isContracted(scene) || isNamed(operation, scene)) return [...replaced, { id, table }];
  freeConstraint(operation, scene);
  const place = { ...scene, operation };
  const check = new StandingColumns(operation, scene).in(operation.check, `check ${name}`);
  const wanted = {
    interim: interimName(id, name),
    name,
    definition: `CHECK (${check})`,
    lock: 'AccessExclusive',
  } as const;
  const steps = constraintSteps(place, wanted, enforce);
  const compile = compiled(place, { conditions: [check] });
  return [
    ...replaced,
    {
      id,
      table,
      ...steps,
      bind: [...compile, ...(steps.bind ?? [])],
      rules: enforce === 'expand' ? [] : [rowRule(place, name, `(${check}) IS FALSE`)],
    },
  ];
}

function replacement(operation: AddCheck, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { column, up, down } = operation.replaces ?? { column: '', up: '', down: null };
  const old = findColumn(table, column);
  if (old === null) throw noSuchColumn(operation, scene, column);
  return replaceColumn({ ...operation, column }, scene, {
    table,
    type: old.type,
    up,
    down: down ?? quoteExisting(column),
    lossy: 'up',
  });
}
