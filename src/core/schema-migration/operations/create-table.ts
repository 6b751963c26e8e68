import { CrossfadeError } from '../../errors.ts';
import { exclusively } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId, ownerMark } from '../column-pair.ts';
import { mentionedNames } from '../expression.ts';
import { qualified, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import type { CreateTable, NewColumn } from '../operation.ts';
import { discardTable } from '../put-table-aside.ts';
import { refuseType } from '../refusals.ts';

/** A table of which the old version knows nothing. */
export function resolveCreateTable(operation: CreateTable, scene: Scene): Change {
  const { migration, table } = scene;
  const id = operationId(migration, 'createTable', operation.table);
  const isOurs = table?.comment === ownerMark(id);
  if (table !== null && !isOurs) {
    throw new CrossfadeError(
      'conflict',
      `${migration.schema}.${operation.table} exists already, and this migration did not make it.`,
    );
  }
  for (const { name, type } of operation.columns) {
    refuseType(`${operation.table}.${name}`, type, scene.catalog);
  }
  return {
    id,
    table: operation.table,
    show: () =>
      operation.columns.map(({ name, default: value }) => {
        return { of: null, column: name, name, default: value };
      }),
    expand: table === null ? exclusively(...created(operation, scene, id)) : [],
    retire: table === null ? [] : exclusively(...discardTable(scene, table, id)),
  };
}

function created(operation: CreateTable, { migration }: Scene, id: string): readonly string[] {
  const table = qualified(migration.schema, operation.table);
  quoteIdentifier(operation.table);
  const key = operation.primaryKey.map(quoteIdentifier).join(', ');
  const parts = [
    ...operation.columns.map((column) => defined(operation.table, column)),
    ...(key === '' ? [] : [`PRIMARY KEY (${key})`]),
  ];
  return [
    `CREATE TABLE ${table} (${parts.join(', ')})`,
    `COMMENT ON TABLE ${table} IS ${quoteLiteral(ownerMark(id))}`,
  ];
}

function defined(table: string, column: NewColumn): string {
  const { name, type, notNull, default: value, identity } = column;
  if (value !== null) mentionedNames(value, `default of ${table}.${name}`);
  const counted = identity === undefined ? '' : ` GENERATED ${identity.toUpperCase()} AS IDENTITY`;
  const start = value === null ? counted : ` DEFAULT ${value}`;
  return `${quoteIdentifier(name)} ${type}${start}${notNull ? ' NOT NULL' : ''}`;
}
