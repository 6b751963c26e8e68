import { CrossfadeError } from '../../errors.ts';
import type { ColumnCatalog, TableCatalog } from '../catalog.ts';
import type { Scene } from '../change.ts';
import { columnPair, interimName, operationId } from '../column-pair.ts';
import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import type { SplitColumn, SplitTable } from '../moving-operations.ts';
import { placedOf } from '../parted/row-moves.ts';
import { refuseType } from '../refusals.ts';
import { constantOf } from '../round-trip.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { mayRefuse } from './may-refuse.ts';
import type { MovedColumn, TablePair } from './table-pair.ts';
import { tied } from './tied.ts';

/**
 * Brings the operation and the catalog together.
 * @throws CrossfadeError `invalidInput`, `notFound` or `unsupported`
 */
export function splitPair(
  operation: SplitTable,
  scene: Scene,
  wide: TableCatalog,
  id: string,
): TablePair {
  const { migration } = scene;
  const columns = operation.columns.map((column) => movedColumn(operation, scene, wide, column));
  refuseNames(operation, columns);
  const key = (columns[0]?.pair.key ?? []).map(({ name, type }) => {
    return { wide: name, narrow: operation.key[name] ?? name, type };
  });
  const names = new Set(columns.flatMap(({ pair }) => pair.uses.map((one) => one.name)));
  const moved = columns.map(({ names: { wide: name } }) => name);
  const pair: TablePair = {
    id,
    migration,
    wide: wide.name,
    narrow: operation.into,
    old: 'wide',
    key,
    columns,
    uses: wide.columns.filter((one) => names.has(one.name)),
    placed: { wide: placedOf(wide), narrow: null },
    refusing: { wide: mayRefuse(wide, moved), narrow: false },
    leans: false,
    state: 'absent',
  };
  return tied(pair, scene);
}

/** One column's way from the old table to the new one, and back. */
function movedColumn(
  operation: SplitTable,
  { migration, catalog }: Scene,
  wide: TableCatalog,
  written: SplitColumn,
): MovedColumn {
  const { column, to, type, up, down } = written;
  if (to !== column) quoteIdentifier(to);
  if (type !== undefined) refuseType(`${operation.into}.${to}`, type, catalog);
  const id = splitColumnId(migration, operation, column);
  const was = wide.columns.find(({ name }) => name === column);
  const pair = columnPair(migration, {
    id,
    table: wide,
    name: to,
    column: interimName(id, to),
    type: type ?? was?.type ?? 'text',
    up: up ?? quoteExisting(column),
    fed: column,
    down: down ?? quoteExisting(to),
    lossy: 'no',
  });
  return {
    pair,
    names: { wide: column, narrow: to },
    types: { wide: pair.fed.type, narrow: pair.type },
    notNull: { wide: pair.fed.notNull, narrow: false },
    blank: blankOf(operation, pair.fed, written),
    same: up === undefined && down === undefined && pair.type === pair.fed.type,
  };
}

/** What the old column holds where there is no row; null where nobody can know. */
function blankOf(operation: SplitTable, fed: ColumnCatalog, written: SplitColumn): string | null {
  const start = fed.default === null ? 'NULL' : quotedConstant(fed.default);
  const blank = written.missing ?? start;
  if (!fed.notNull || (blank !== null && blank !== 'NULL')) return blank;
  throw new CrossfadeError(
    'invalidInput',
    `${operation.table}.${fed.name} is NOT NULL and has no constant default: give \`missing\`, its ` +
      `value where ${operation.into} has no row.`,
  );
}

/** Stable for one column of the operation. */
export function splitColumnId(
  migration: SchemaMigration,
  operation: SplitTable,
  column: string,
): string {
  return operationId(migration, 'splitTable', operation.table, operation.into, column);
}

/** Null for a default that is computed: no value of it means that nothing was written. */
function quotedConstant(expression: string): string | null {
  const constant = constantOf(expression);
  return constant === null ? null : quoteLiteral(constant);
}

function refuseNames(operation: SplitTable, columns: readonly MovedColumn[]): void {
  const place = `splitTable ${operation.table} into ${operation.into}`;
  const names = [
    ...(columns[0]?.pair.key ?? []).map(({ name }) => operation.key[name] ?? name),
    ...columns.map(({ names: { narrow } }) => narrow),
  ];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new CrossfadeError('invalidInput', `${place}: two columns would be called ${twice}.`);
  }
  const stranger = Object.keys(operation.key).find((name) =>
    (columns[0]?.pair.key ?? []).every((one) => one.name !== name),
  );
  if (stranger !== undefined) {
    throw new CrossfadeError('invalidInput', `${place}: ${stranger} is no column of the key.`);
  }
  if (columns.every(({ blank }) => blank === null)) {
    throw new CrossfadeError(
      'invalidInput',
      `${place}: all its columns have computed defaults; give one \`missing\`, its value where there is no row.`,
    );
  }
}
