import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import { exclusively, tableState } from '../change.ts';
import type { Change, ChangeStatement, Scene } from '../change.ts';
import { operationId, ownerMark } from '../column-pair.ts';
import { quoteExisting, quoteLiteral } from '../identifier.ts';
import type { MergeTables } from '../moving-operations.ts';
import { putAside } from '../put-aside.ts';
import { discardTable } from '../put-table-aside.ts';
import { settleAllSql } from '../range-sql.ts';
import { refuseLeaning } from '../refusals.ts';
import { mergeColumnId, mergePair } from '../table-pair/merge-pair.ts';
import { lentForMerge, takeBack } from '../table-pair/rights.ts';
import { syncOfPair } from '../table-pair/sync-of-pair.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import type { TablePair } from '../table-pair/table-pair.ts';
import { presentTable } from './present-table.ts';
import { refuseRowSecurity } from './refuse-row-security.ts';

/** A table's columns become columns of another with the same key; both are kept in step. */
export function resolveMergeTables(operation: MergeTables, scene: Scene): readonly Change[] {
  const { migration, catalog } = scene;
  const id = operationId(migration, 'mergeTables', operation.table, operation.from);
  const wide = presentTable(operation, scene);
  const gone = { id, table: operation.from, show: () => [] };
  if (tableState(migration, wide) === 'contracted' || catalog.trash.includes(id)) {
    return [{ id, table: operation.table }, gone];
  }
  const other = { ...scene, table: scene.find(operation.from) };
  const narrow = presentTable({ ...operation, table: operation.from }, other);
  refuseRowSecurity(operation, wide);
  refuseRowSecurity(operation, narrow);
  refuseLeaning(narrow, 'merged');
  const pair = mergePair(operation, scene, { wide, narrow }, id);
  const made = operation.columns.map((column) => {
    return { name: column.to, mark: ownerMark(mergeColumnId(operation, migration, column.column)) };
  });
  refuseTaken(wide, made);
  const isNew = pair.state === 'absent';
  return [
    {
      id,
      table: operation.table,
      adds: made.map(({ name }) => name),
      syncs: [syncOfPair(pair)],
      show: (columns) => [
        ...columns,
        ...made.map(({ name }) => ({ of: null, column: name, name, default: null })),
      ],
      expand: isNew ? added(pair, made, { wide, narrow }) : [],
      contract: exclusively(...made.map(({ name }) => commentOn(pair, name, 'NULL')), takeBack(id)),
      retire: exclusively(
        ...operation.columns.flatMap(({ column, to }) =>
          putAside({ id: mergeColumnId(operation, migration, column), migration, table: wide }, to),
        ),
        takeBack(id),
        settleAllSql(id),
      ),
    },
    // What was lent on it is taken back before it leaves.
    {
      ...gone,
      last: { contract: exclusively(...discardTable(scene, narrow, id)), retire: [] },
    },
  ];
}

interface Made {
  readonly name: string;
  /** Comment of the column that the operation makes. */
  readonly mark: string;
}

const commentOn = (pair: TablePair, column: string, comment: string): string =>
  `COMMENT ON COLUMN ${tableAt(pair, 'wide')}.${quoteExisting(column)} IS ${comment}`;

/** Without a value, which costs nothing. */
function added(
  pair: TablePair,
  made: readonly Made[],
  tables: { readonly wide: TableCatalog; readonly narrow: TableCatalog },
): readonly ChangeStatement[] {
  const columns = pair.columns.flatMap(({ names, types }, at) => {
    const was = tables.narrow.columns.find(({ name }) => name === names.narrow)?.collation ?? null;
    const isSame = types.wide === types.narrow && was !== null;
    const type = isSame ? `${types.wide} COLLATE ${was}` : types.wide;
    const add = `ALTER TABLE ${tableAt(pair, 'wide')} ADD COLUMN ${quoteExisting(names.wide)} ${type}`;
    return [add, commentOn(pair, names.wide, quoteLiteral(made[at]?.mark ?? ''))];
  });
  return exclusively(...columns, ...lentForMerge(pair, tables));
}

function refuseTaken(wide: TableCatalog, made: readonly Made[]): void {
  const names = made.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new CrossfadeError(
      'invalidInput',
      `mergeTables: two columns of ${wide.name} would be called ${twice}.`,
    );
  }
  const taken = made.find(({ name, mark }) =>
    wide.columns.some((one) => one.name === name && one.comment !== mark),
  );
  if (taken === undefined) return;
  throw new CrossfadeError(
    'conflict',
    `${wide.name}.${taken.name} exists already, and this migration did not make it. Choose another name with \`to\`.`,
  );
}
