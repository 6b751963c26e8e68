import { CrossfadeError } from '../../errors.ts';
import type { ColumnCatalog, TableCatalog } from '../catalog.ts';
import { exclusively, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId, ownerMark } from '../column-pair.ts';
import { qualified, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import type { AddOwnColumn } from '../operation.ts';
import { putAside } from '../put-aside.ts';
import { refuseType } from '../refusals.ts';
import { findColumn, presentTable } from './present-table.ts';

/** A column of the new version's own: nothing is filled, and nothing is kept in step. */
export function resolveAddOwnColumn(operation: AddOwnColumn, scene: Scene): Change {
  const { migration } = scene;
  const table = presentTable(operation, scene);
  const name = operation.column;
  refuseType(`${operation.table}.${name}`, operation.type, scene.catalog);
  refuseDefault(operation);
  const id = operationId(migration, operation.table, name);
  if (tableState(migration, table) === 'contracted') return { id, table: operation.table };
  const present = findColumn(table, name);
  refuseTaken(operation, present, id);
  return {
    id,
    table: operation.table,
    adds: [name],
    show: (columns) => [...columns, { of: null, column: name, name, default: null }],
    expand: present === null ? exclusively(...added(operation, table, migration.schema, id)) : [],
    contract: exclusively(`COMMENT ON COLUMN ${placeOf(table, migration.schema, name)} IS NULL`),
    retire: exclusively(...putAside({ id, migration, table }, name)),
  };
}

function added(
  { column, type, notNull, default: value }: AddOwnColumn,
  table: TableCatalog,
  schema: string,
  id: string,
): readonly string[] {
  const start = value === null ? '' : ` DEFAULT ${value}`;
  const name = `${quoteIdentifier(column)} ${type}${start}${notNull ? ' NOT NULL' : ''}`;
  const mark = quoteLiteral(ownerMark(id));
  return [
    `ALTER TABLE ${qualified(schema, table.name)} ADD COLUMN ${name}`,
    `COMMENT ON COLUMN ${placeOf(table, schema, column)} IS ${mark}`,
  ];
}

const placeOf = (table: TableCatalog, schema: string, column: string): string =>
  `${qualified(schema, table.name)}.${quoteIdentifier(column)}`;

const CONSTANT = /^('([^']|'')*'(::[\w ."(),[\]]+)?|-?\d+(\.\d+)?|true|false|null)$/i;

/** Of a constant PostgreSQL makes a note; anything else may have to be written into every row. */
function refuseDefault({ table, column, notNull, default: value }: AddOwnColumn): void {
  const place = `${table}.${column}`;
  if (value !== null && !CONSTANT.test(value)) {
    throw new CrossfadeError(
      'unsupported',
      `${place}: the default ${value} is no constant, and could rewrite the table under a lock. ` +
        `Write a constant such as 0, true or 'none'; or leave it out, and use setDefault for what new rows get.`,
    );
  }
  if (!notNull || value !== null) return;
  throw new CrossfadeError(
    'invalidInput',
    `${place} is NOT NULL and has no default: rows that are there, and those of the old version, would lack a value.`,
  );
}

function refuseTaken(
  { table, column }: AddOwnColumn,
  present: ColumnCatalog | null,
  id: string,
): void {
  if (present === null || present.comment === ownerMark(id)) return;
  throw new CrossfadeError(
    'conflict',
    `${table}.${column} exists already, and this migration did not make it. ` +
      'Choose another name, or drop the column first.',
  );
}
