import type { Operation } from '../operation.ts';
import type { SplitColumn } from '../moving-operations.ts';
import { columnIn, nullTestIn } from './expression-shape.ts';
import type { KnownTables } from './known-tables.ts';
import type { MovedColumn, TablePiece } from './pieces.ts';
import { wayBack } from './way-back.ts';

/** A table that is made: either what columns of another one move to, or one of its own. */
export type ToldTable =
  | { readonly operation: Operation; readonly doubts: readonly string[] }
  | { readonly refusal: string };

export function tableOperation(piece: TablePiece, known: KnownTables): ToldTable {
  const { filled } = piece;
  if (filled !== null) return splitTable(piece, filled, known);
  if (piece.primaryKey.length === 0) {
    return {
      refusal: `${piece.table} has no primary key, and createTable needs what tells its rows apart: give it one`,
    };
  }
  const { table, primaryKey } = piece;
  const columns = piece.columns.map(({ identity, ...column }) => ({
    ...column,
    ...(identity === null ? {} : { identity }),
  }));
  return { operation: { operation: 'createTable', table, columns, primaryKey }, doubts: [] };
}

type Filled = NonNullable<TablePiece['filled']>;

/** CREATE TABLE, INSERT … SELECT and DROP COLUMN: columns move under the old table's key. */
function splitTable(piece: TablePiece, filled: Filled, known: KnownTables): ToldTable {
  const { table, dropped, primaryKey } = piece;
  const { from, columns, where } = filled;
  const keyColumns = columns.filter(({ to }) => primaryKey.includes(to));
  const moved = columns.filter(({ to }) => !primaryKey.includes(to));
  const others = piece.columns.filter(({ name }) => columns.every(({ to }) => to !== name));
  const oldKey = known.key(from) ?? ['id'];
  const isByKey = keyColumns.every(({ value }) => oldKey.includes(columnIn(value.node) ?? ''));
  if (others.length > 0 || primaryKey.length === 0 || !isByKey) {
    return {
      refusal:
        `rows of ${table} are not those of ${from} under the same key, and only such are kept in step: make the key ` +
        `of ${from} its primary key, and leave columns out that nothing fills`,
    };
  }
  const key = Object.fromEntries(
    keyColumns.flatMap(({ to, value }) => {
      const old = columnIn(value.node) ?? to;
      return old === to ? [] : [[old, to]];
    }),
  );
  const told = moved.map((one) => movedColumn(one, piece));
  const kept = moved.flatMap(({ value }) => {
    const old = columnIn(value.node);
    return old !== null && !dropped.includes(old) ? [old] : [];
  });
  const doubts = [
    ...told.flatMap(({ doubt }) => doubt ?? []),
    ...kept.map((one) => `${one}: the file leaves it in ${from}; here it moves`),
    `${table} gets the rights that roles have on ${from}`,
    ...(isAllRows(where)
      ? [`a row of ${from} in which all that moves is NULL gets no row in ${table}`]
      : []),
  ];
  const split = { operation: 'splitTable', table: from, into: table, key } as const;
  return {
    operation: { ...split, columns: told.map(({ column }) => column), foreignKey: false },
    doubts,
  };
}

const isAllRows = (where: Filled['where']): boolean =>
  where === null || nullTestIn(where.node) === null;

function movedColumn(
  { to, value }: MovedColumn,
  { columns }: TablePiece,
): { readonly column: SplitColumn; readonly doubt?: string } {
  const old = columnIn(value.node);
  const type = columns.find(({ name }) => name === to)?.type ?? 'text';
  if (old !== null) return { column: { column: old, to } };
  const [from = to] = [...new Set([columnIn(value.node)])].flatMap((one) => one ?? []);
  const { down, doubt } = wayBack(value, from, to);
  return {
    column: { column: from, to, type, up: value.sql, down },
    ...(doubt === undefined ? {} : { doubt }),
  };
}
