import type { TableCatalog } from '../catalog.ts';
import { exclusively, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId, ownerMark } from '../column-pair.ts';
import { fillTrigger } from '../fill-trigger.ts';
import type { FillTrigger } from '../fill-trigger.ts';
import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { listPair } from '../list-pair/list-pair.ts';
import type { ListPair } from '../list-pair/list-pair.ts';
import { listTriggersOn } from '../list-pair/list-triggers.ts';
import { syncOfList } from '../list-pair/sync-of-list.ts';
import type { SplitList } from '../moving-operations.ts';
import { discardTable } from '../put-table-aside.ts';
import { settleAllSql } from '../range-sql.ts';
import { homeKey } from '../table-pair/home-key.ts';
import { rightsOnNarrow, rightsOnWide, takeBack } from '../table-pair/rights.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import { presentTable } from './present-table.ts';
import { refuseRowSecurity } from './refuse-row-security.ts';
import { refuseTakenTable } from './refuse-taken-table.ts';

/** The elements of a column become rows of a table of their own; both are kept in step. */
export function resolveSplitList(operation: SplitList, scene: Scene): readonly Change[] {
  const { migration } = scene;
  const wide = presentTable(operation, scene);
  const id = operationId(migration, 'splitList', operation.table, operation.column, operation.into);
  const show = showRows(operation, wide);
  if (tableState(migration, wide) === 'contracted') {
    return [
      { id, table: operation.table },
      { id, table: operation.into, show },
    ];
  }
  refuseRowSecurity(operation, wide);
  const narrow = scene.find(operation.into);
  refuseTakenTable(operation.into, scene, narrow, id);
  const pair = tied(listPair(operation, scene, wide, id), scene);
  const fillers = filler(operation, scene, wide, id);
  const dropped = fillers.flatMap(({ drop }) => drop);
  const isNew = pair.list.state === 'absent';
  return [
    {
      id,
      table: operation.table,
      syncs: [syncOfList(pair)],
      show: (columns) => columns.filter((one) => one.of !== operation.column),
      expand: [
        ...fillers.flatMap(({ create }) => create),
        ...(isNew ? exclusively(...rightsOnWide(pair, wide)) : []),
      ],
      aside: [operation.column],
      contract: [...dropped, ...exclusively(takeBack(id))],
      retire: [...dropped, ...exclusively(takeBack(id), settleAllSql(id))],
    },
    {
      id,
      table: operation.into,
      show,
      expand: narrow === null ? exclusively(...created(pair, wide)) : [],
      ...(operation.foreignKey && narrow !== null ? homeKey(pair, narrow) : {}),
      retire: narrow === null ? [] : exclusively(...discardTable(scene, narrow, id)),
    },
  ];
}

/** Kept in step already, once all triggers are there. */
function tied(pair: ListPair, scene: Scene): ListPair {
  const present = { wide: scene.find(pair.wide), narrow: scene.find(pair.narrow) };
  const isTied = listTriggersOn(pair).every(
    ([place, name]) => present[place]?.triggers.includes(name) === true,
  );
  return isTied ? { ...pair, list: { ...pair.list, state: 'live' } } : pair;
}

/** Where the old version insists on a value, and no default gives it. */
function filler(
  { table, column: name, missing }: SplitList,
  { migration }: Scene,
  wide: TableCatalog,
  id: string,
): readonly FillTrigger[] {
  const column = wide.columns.find((one) => one.name === name);
  if (column === undefined || missing === null || !column.notNull) return [];
  const place = `missing of ${table}.${name}`;
  return [fillTrigger({ id, migration, table: wide, column, value: missing, place })];
}

function created(pair: ListPair, wide: TableCatalog): readonly string[] {
  const table = tableAt(pair, 'narrow');
  const key = pair.key.map((part) => quoteExisting(part.narrow));
  const position = quoteExisting(pair.position);
  const copied = pair.key.map((part, at) => `${quoteExisting(part.wide)} AS ${key[at] ?? ''}`);
  const shown = [
    ...copied,
    `CAST(NULL AS integer) AS ${position}`,
    `CAST(NULL AS ${pair.element}) AS ${quoteExisting(pair.value)}`,
  ];
  return [
    `CREATE TABLE ${table} AS SELECT ${shown.join(', ')} FROM ${tableAt(pair, 'wide')} WHERE false`,
    `ALTER TABLE ${table} ADD PRIMARY KEY (${[...key, position].join(', ')})`,
    `COMMENT ON TABLE ${table} IS ${quoteLiteral(ownerMark(pair.id))}`,
    ...rightsOnNarrow(pair, wide),
  ];
}

function showRows(operation: SplitList, wide: TableCatalog): NonNullable<Change['show']> {
  const key = (wide.key ?? []).map((name) => operation.key[name] ?? name);
  return () =>
    [...key, operation.position, operation.to].map((name) => {
      return { of: null, column: name, name, default: null };
    });
}
