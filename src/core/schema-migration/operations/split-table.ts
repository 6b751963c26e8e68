import { CrossfadeError } from '../../errors.ts';
import { constraintSteps } from '../build-constraint.ts';
import type { TableCatalog } from '../catalog.ts';
import { exclusively, tableState } from '../change.ts';
import type { Change, Scene } from '../change.ts';
import { interimName, operationId, ownerMark } from '../column-pair.ts';
import { fillTrigger } from '../fill-trigger.ts';
import type { FillTrigger } from '../fill-trigger.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import type { SplitColumn, SplitTable } from '../operation.ts';
import { discardTable } from '../put-table-aside.ts';
import { settleAllSql } from '../range-sql.ts';
import { rightsOnNarrow, rightsOnWide, takeBack } from '../table-pair/rights.ts';
import { syncOfPair } from '../table-pair/sync-of-pair.ts';
import { splitColumnId, splitPair } from '../table-pair/split-pair.ts';
import { tableAt } from '../table-pair/table-pair.ts';
import type { TablePair } from '../table-pair/table-pair.ts';
import { presentTable } from './present-table.ts';
import { refuseRowSecurity } from './refuse-row-security.ts';

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
  refuseTaken(operation, scene, narrow, id);
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
      ...homes(operation, scene, pair, narrow),
      retire: narrow === null ? [] : exclusively(...discardTable(scene.migration, narrow, id)),
    },
  ];
}

function refuseTaken(
  { into }: SplitTable,
  { migration }: Scene,
  narrow: TableCatalog | null,
  id: string,
): void {
  quoteIdentifier(into);
  if (narrow === null || narrow.comment === ownerMark(id)) return;
  throw new CrossfadeError(
    'conflict',
    `${migration.schema}.${into} exists already, and this migration did not make it.`,
  );
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

/** What holds from contract on; rows from before are read while everybody writes. */
function homes(
  { foreignKey, into }: SplitTable,
  { migration }: Scene,
  pair: TablePair,
  narrow: TableCatalog | null,
): Pick<Change, 'seal' | 'rename'> {
  if (!foreignKey || narrow === null) return {};
  const names = (place: 'wide' | 'narrow') =>
    pair.key.map((part) => quoteExisting(part[place])).join(', ');
  const name = `${[into, ...pair.key.map((part) => part.narrow)].join('_').slice(0, 58)}_fkey`;
  const wanted = {
    interim: interimName(pair.id, name),
    name,
    definition:
      `FOREIGN KEY (${names('narrow')}) REFERENCES ${tableAt(pair, 'wide')} (${names('wide')}) ` +
      'ON DELETE CASCADE',
    lock: 'ShareRowExclusive',
    also: [{ schema: migration.schema, name: pair.wide }],
  } as const;
  const place = { migration, table: narrow, operation: { table: into } };
  const { seal, rename } = constraintSteps(place, wanted, 'contract');
  return { seal: seal ?? [], rename: rename ?? [] };
}

function showNarrow(operation: SplitTable, wide: TableCatalog): NonNullable<Change['show']> {
  const key = (wide.key ?? []).map((name) => operation.key[name] ?? name);
  return () =>
    [...key, ...operation.columns.map(({ to }) => to)].map((name) => {
      return { of: null, column: name, name, default: null };
    });
}
