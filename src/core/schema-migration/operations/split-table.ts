import type { TableCatalog } from '../catalog.ts';
import { exclusively, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { operationId, ownerMark } from '../column-pair.ts';
import { fillTrigger } from '../fill-trigger.ts';
import type { FillTrigger } from '../fill-trigger.ts';
import { quoteExisting, quoteLiteral } from '../identifier.ts';
import type { SplitColumn, SplitTable } from '../moving-operations.ts';
import { discardTable } from '../put-table-aside.ts';
import { settleAllSql } from '../range-sql.ts';
import { homeKey } from '../table-pair/home-key.ts';
import { rightsOnNarrow, rightsOnWide, takeBack } from '../table-pair/rights.ts';
import { syncOfPair } from '../table-pair/sync-of-pair.ts';
import { splitColumnId, splitPair } from '../table-pair/split-pair.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import type { TablePair } from '../table-pair/table-pair.ts';
import { presentTable } from './present-table.ts';
import { refuseRowSecurity } from './refuse-row-security.ts';
import { refuseTakenTable } from './refuse-taken-table.ts';

/** Columns leave a table for one of their own, under the same key; both are kept in step. */
export function resolveSplitTable(operation: SplitTable, scene: Scene): readonly Change[] {
  const wide = presentTable(operation, scene);
  const id = operationId(scene.migration, 'splitTable', operation.table, operation.into);
  const show = showNarrow(operation, wide);
  if (tableState(scene.migration, wide) === 'contracted') {
    return [
      { id, table: operation.table },
      { id, table: operation.into, show },
    ];
  }
  refuseRowSecurity(operation, wide);
  const narrow = scene.find(operation.into);
  refuseTakenTable(operation.into, scene, narrow, id);
  const pair = splitPair(operation, scene, wide, id);
  const whole = pair.columns.filter((column) => !column.pair.partial);
  const moved = whole.map(({ names }) => names.wide);
  const fillers = operation.columns.flatMap((column) => filler(operation, scene, wide, column));
  return [
    {
      id,
      table: operation.table,
      syncs: [syncOfPair(pair)],
      show: (columns) => columns.filter((one) => !moved.includes(one.of ?? '')),
      expand: [
        ...fillers.flatMap(({ create }) => create),
        ...(pair.state === 'absent' ? exclusively(...rightsOnWide(pair, wide)) : []),
      ],
      aside: moved,
      contract: [...fillers.flatMap(({ drop }) => drop), ...exclusively(takeBack(id))],
      retire: [
        ...fillers.flatMap(({ drop }) => drop),
        ...exclusively(takeBack(id), settleAllSql(id)),
      ],
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

/** Where the old version insists on a value, and no default gives it. */
function filler(
  operation: SplitTable,
  { migration }: Scene,
  wide: TableCatalog,
  { column: name, missing }: SplitColumn,
): readonly FillTrigger[] {
  const column = wide.columns.find((one) => one.name === name);
  if (column === undefined || missing === undefined || !column.notNull) return [];
  const id = splitColumnId(migration, operation, name);
  const place = `missing of ${operation.table}.${name}`;
  return [fillTrigger({ id, migration, table: wide, column, value: missing, place })];
}

/** With the types and collations of the old columns, and no row. */
function created(pair: TablePair, wide: TableCatalog): readonly string[] {
  const table = tableAt(pair, 'narrow');
  const key = pair.key.map((part) => quoteExisting(part.narrow));
  const shown = [
    ...pair.key.map((part, at) => `${quoteExisting(part.wide)} AS ${key[at] ?? ''}`),
    ...pair.columns.map(({ names, types, same }) => {
      const value = quoteExisting(names.wide);
      return `${same ? value : `CAST(NULL AS ${types.narrow})`} AS ${quoteExisting(names.narrow)}`;
    }),
  ];
  return [
    `CREATE TABLE ${table} AS SELECT ${shown.join(', ')} FROM ${tableAt(pair, 'wide')} WHERE false`,
    `ALTER TABLE ${table} ADD PRIMARY KEY (${key.join(', ')})`,
    `COMMENT ON TABLE ${table} IS ${quoteLiteral(ownerMark(pair.id))}`,
    ...rightsOnNarrow(pair, wide),
  ];
}

function showNarrow(operation: SplitTable, wide: TableCatalog): NonNullable<Change['show']> {
  const key = (wide.key ?? []).map((name) => operation.key[name] ?? name);
  return () =>
    [...key, ...operation.columns.map(({ to }) => to)].map((name) => {
      return { of: null, column: name, name, default: null };
    });
}
