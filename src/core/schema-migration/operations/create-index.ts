import { CrossfadeError } from '../../errors.ts';
import { buildIndex, dropIndex, nameIndex } from '../build-index.ts';
import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import { quoteExisting, quoteIdentifier } from '../identifier.ts';
import type { CreateIndex, IndexPart } from '../operation.ts';
import { compiled } from './compiled.ts';
import { freeName } from './free-name.ts';
import { presentOrNew } from './present-table.ts';
import { isContracted, isNamed, StandingColumns } from './standing-columns.ts';
import { triedIndex } from './tried-index.ts';

/** Built while both versions live, since the new one needs it from its first request on. */
export function resolveCreateIndex(operation: CreateIndex, scene: Scene): Change {
  const { table, name } = operation;
  presentOrNew(operation, scene);
  const id = operationId(scene.migration, 'createIndex', table, name);
  if (isContracted(scene) || isNamed(operation, scene)) return { id, table };
  const interim = interimName(id, name);
  freeName(operation, scene);
  const standing = new StandingColumns(operation, scene);
  const place = { ...scene, operation };
  const body = indexBody(operation, standing);
  const said = (sql: string): string => standing.in(sql, `index ${name}`);
  const values = operation.parts.flatMap(({ expression }) => expression ?? []).map(said);
  const conditions = operation.where === null ? [] : [said(operation.where)];
  return {
    id,
    table,
    bind: [...compiled(place, { values, conditions }), ...triedIndex(place, id, body)],
    index: buildIndex(place, { interim, name, unique: false, body }),
    rename: nameIndex(place, interim, name),
    retire: dropIndex(place, interim),
  };
}

const OPCLASS = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

function indexBody(operation: CreateIndex, standing: StandingColumns): string {
  const place = `index ${operation.name}`;
  const parts = operation.parts.map((part) => partOf(part, standing, place)).join(', ');
  const include = operation.include.map((name) => quoteExisting(standing.of(name))).join(', ');
  const { where } = operation;
  return [
    `USING ${quoteIdentifier(operation.method)} (${parts})`,
    ...(include === '' ? [] : [`INCLUDE (${include})`]),
    ...(where === null ? [] : [`WHERE (${standing.in(where, place)})`]),
  ].join(' ');
}

function partOf(part: IndexPart, standing: StandingColumns, place: string): string {
  const { column, expression, opclass, order, nulls } = part;
  if (opclass !== null && !OPCLASS.test(opclass)) {
    throw new CrossfadeError('invalidInput', `${place}: "${opclass}" is no operator class.`);
  }
  return [
    column === null
      ? `(${standing.in(expression ?? '', place)})`
      : quoteExisting(standing.of(column)),
    ...(opclass === null ? [] : [opclass]),
    ...(order === 'desc' ? ['DESC'] : []),
    ...(nulls === null ? [] : [`NULLS ${nulls.toUpperCase()}`]),
  ].join(' ');
}
