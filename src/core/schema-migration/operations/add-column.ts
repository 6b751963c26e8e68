import { CrossfadeError } from '../../errors.ts';
import type { Change, Scene } from '../change.ts';
import { columnPair, operationId } from '../column-pair.ts';
import type { PairSpec } from '../column-pair.ts';
import { quoteIdentifier } from '../identifier.ts';
import type { AddColumn, AddOwnColumn } from '../operation.ts';
import { refuseType } from '../refusals.ts';
import { resolveAddOwnColumn } from './add-own-column.ts';
import { presentTable } from './present-table.ts';
import { downAcross, upAcross } from './read-across.ts';

/** A new column in the place of the old location that it is kept in step with, if there is one. */
export function resolveAddColumn(operation: AddColumn | AddOwnColumn, scene: Scene): Change {
  if (!('up' in operation)) return resolveAddOwnColumn(operation, scene);
  const table = presentTable(operation, scene);
  const place = `${operation.table}.${operation.column}`;
  quoteIdentifier(operation.column);
  refuseType(place, operation.type, scene.catalog);
  const [fed, down] = onlyLocation(operation);
  const id = operationId(scene.migration, operation.table, operation.column);
  const { column, type, lossy = 'no', reversible } = operation;
  const up = upAcross(operation, operation.up, scene.migration);
  const spec: PairSpec = {
    id,
    table,
    name: column,
    column,
    type,
    up,
    fed,
    down: downAcross(operation, down, scene.migration),
    lossy,
    reversible,
  };
  const pair = columnPair(scene.migration, spec);
  const shown = { of: fed, column, name: column, default: null };
  return {
    id,
    table: operation.table,
    pairs: [pair],
    show: (columns) =>
      columns.flatMap((one) => {
        if (one.column !== fed) return [one];
        return pair.partial ? [one, shown] : [shown];
      }),
  };
}

function onlyLocation(operation: AddColumn): readonly [string, string] {
  const [first, ...more] = Object.entries(operation.down);
  if (first === undefined || more.length > 0) {
    throw new CrossfadeError(
      'invalidInput',
      `down of ${operation.table}.${operation.column} must name exactly one old column, ` +
        `not ${Object.keys(operation.down).length}.`,
    );
  }
  return first;
}
