import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Scene } from '../change.ts';
import { columnPair, interimName } from '../column-pair.ts';
import type { ColumnPair } from '../column-pair.ts';
import { renamedIn } from '../expression.ts';
import { quoteExisting, quoteIdentifier } from '../identifier.ts';
import type { SplitList } from '../moving-operations.ts';
import { placedOf } from '../parted/row-moves.ts';
import { refuseType } from '../refusals.ts';
import { differing } from '../unlike.ts';
import type { TablePair } from '../table-pair/table-pair.ts';

/** A column that holds a list, and the table that holds a row for each of its elements. */
export interface ListPair extends Pick<
  TablePair,
  'id' | 'migration' | 'wide' | 'narrow' | 'key' | 'rows' | 'placed'
> {
  /** From the old column to the array of the rows' values, in their order; NULL stands for no rows. */
  readonly list: ColumnPair;
  /** SQL of what the old column is given for the array, which has the name of `list.column`. */
  readonly written: string;
  /** What the new table calls an element's place, counted from 1, and its value. */
  readonly position: string;
  readonly value: string;
  /** Type of an element. */
  readonly element: string;
  /** What the rights helpers ask for: the column that is written in the old table. */
  readonly columns: readonly { readonly names: { readonly wide: string } }[];
}

/**
 * Brings the operation and the catalog together.
 * @throws CrossfadeError `invalidInput`, `notFound` or `unsupported`
 */
export function listPair(
  operation: SplitList,
  scene: Scene,
  wide: TableCatalog,
  id: string,
): ListPair {
  const { migration } = scene;
  const element = elementOf(operation, wide);
  for (const name of [operation.position, operation.to]) quoteIdentifier(name);
  if (operation.type !== null) {
    refuseType(`${operation.into}.${operation.to}`, operation.type, scene.catalog);
  }
  const { list, written } = listOf(operation, scene, wide, id, element);
  const key = list.key.map(({ name, type }) => {
    return { wide: name, narrow: operation.key[name] ?? name, type };
  });
  refuseNames(
    operation,
    key.map((part) => part.narrow),
  );
  return {
    id,
    migration,
    wide: wide.name,
    narrow: operation.into,
    key,
    placed: { wide: placedOf(wide), narrow: null },
    list,
    written,
    position: operation.position,
    value: operation.to,
    element,
    columns: [{ names: { wide: operation.column } }],
  };
}

function elementOf({ table, column, type, up }: SplitList, wide: TableCatalog): string {
  const was = wide.columns.find(({ name }) => name === column)?.type ?? '';
  if (type !== null) return type;
  if (up === null && was.endsWith('[]')) return was.slice(0, -2);
  throw new CrossfadeError(
    'invalidInput',
    `splitList: ${table}.${column} is ${was === '' ? 'not there' : `of type ${was}`}, no array. Give \`type\`, ` +
      'the type of an element, and `up` and `down`, which make an array of it and lead back.',
  );
}

/**
 * The old value stays what it is as long as it says what the rows say: an empty list, and a list in other
 * words. Only lists of one dimension, counted from 1, are rows.
 */
function listOf(
  operation: SplitList,
  { migration }: Scene,
  wide: TableCatalog,
  id: string,
  element: string,
): Pick<ListPair, 'list' | 'written'> {
  const { column, to, into, up, down, missing } = operation;
  const collation = wide.columns.find(({ name }) => name === column)?.collation ?? null;
  const interim = interimName(id, to);
  const array = `${element}[]`;
  const raw = up === null ? quoteExisting(column) : `(${up})`;
  const odd = `concat('a list of several dimensions, or not counted from 1, cannot become rows: ', array_dims(${raw}))`;
  const plain =
    `nullif(CASE WHEN array_ndims(${raw}) > 1 OR array_lower(${raw}, 1) <> 1 ` +
    `THEN CAST(${odd} AS ${array}) ELSE CAST(${raw} AS ${array}) END, '{}')`;
  const back =
    down === null
      ? quoteIdentifier(interim)
      : renamedIn(down, to, quoteIdentifier(interim), `down of ${into}.${to}`);
  const added = quoteIdentifier(interim);
  const written = `CASE WHEN ${added} IS NULL THEN ${missing ?? 'NULL'} ELSE ${back} END`;
  const list = columnPair(migration, {
    id,
    table: wide,
    // No word of an expression: `down` is about the array already.
    name: `${into}.${to}`,
    column: interim,
    type: array,
    up: plain,
    fed: column,
    down: `CASE WHEN ${differing(plain, added, { type: array, collation })} THEN ${written} ELSE ${quoteExisting(column)} END`,
    lossy: 'no',
  });
  return { list, written };
}

function refuseNames(operation: SplitList, key: readonly string[]): void {
  const names = [...key, operation.position, operation.to];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  const stranger = Object.values(operation.key).find((name) => !key.includes(name));
  if (twice === undefined && stranger === undefined) return;
  const why =
    twice === undefined
      ? `${stranger ?? ''} stands for no column of the key`
      : `two columns would be called ${twice}`;
  throw new CrossfadeError(
    'invalidInput',
    `splitList ${operation.table}.${operation.column} into ${operation.into}: ${why}.`,
  );
}
