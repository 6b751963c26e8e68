import type { ColumnCatalog } from '../catalog.ts';
import type { ColumnPair } from '../column-pair.ts';
import { qualified, quoteExisting, quoteIdentifier } from '../identifier.ts';
import type { KeyColumns } from '../key-sql.ts';
import type { Placed } from '../parted/row-moves.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { downOf, upOf } from '../sync-trigger.ts';
import { differing, unlike } from '../unlike.ts';
import type { Compared } from '../unlike.ts';

/** Which of the two tables: the one whose row holds everything, or the one that holds a part of it. */
export type Place = 'wide' | 'narrow';

type ByPlace<T> = Readonly<Record<Place, T>>;

/**
 * Columns of one table that stand in a table of their own in the other version, under the same key:
 * each wide row has one narrow row, or none where it holds nothing but blanks. A split goes from wide
 * to narrow, a merge from narrow to wide.
 */
export interface TablePair extends ByPlace<string> {
  /** Eight hex digits; part of the name of every object made for it. */
  readonly id: string;
  readonly migration: SchemaMigration;
  /** The place of the old shape. */
  readonly old: Place;
  readonly key: readonly KeyPart[];
  readonly columns: readonly MovedColumn[];
  /** Old columns that the expressions read, the fed ones among them. */
  readonly uses: readonly ColumnCatalog[];
  /** What is read in place of a table: a part of its rows. */
  readonly rows?: ByPlace<string>;
  /** What places the rows of a partitioned table; null for an ordinary one. */
  readonly placed: ByPlace<Placed | null>;
  /** Where a constraint or a trigger of the application could refuse what a conversion yields. */
  readonly refusing: ByPlace<boolean>;
  /** A foreign key keeps wide rows from going before their narrow ones. */
  readonly leans: boolean;
  readonly state: ColumnPair['state'];
}

/** One column of the key, as each table calls it. */
export interface KeyPart extends ByPlace<string> {
  readonly type: string;
}

export interface MovedColumn {
  /** The conversion; its table is the old one, its `column` an interim name for the new value. */
  readonly pair: ColumnPair;
  /** What each table calls it. */
  readonly names: ByPlace<string>;
  readonly types: ByPlace<string>;
  readonly notNull: ByPlace<boolean>;
  /** SQL of what the wide row holds where there is no narrow one; null where nobody can know. */
  readonly blank: string | null;
  /** True when the value moves as it is, so that nothing can fail or be lost. */
  readonly same: boolean;
}

export const otherPlace = (place: Place): Place => (place === 'wide' ? 'narrow' : 'wide');

/** What `crossfade.side` calls a place. */
export function sideOf(pair: TablePair, place: Place): 'old' | 'new' {
  return pair.old === place ? 'old' : 'new';
}

export function tableAt(pair: Pick<TablePair, 'migration' | 'rows' | Place>, place: Place): string {
  return pair.rows?.[place] ?? qualified(pair.migration.schema, pair[place]);
}

export function keyAt(pair: TablePair, place: Place): KeyColumns {
  return pair.key.map((part) => ({ name: part[place], type: part.type }));
}

/** The name under which expressions know a place's value. */
export function valueName(pair: TablePair, column: MovedColumn, place: Place): string {
  return pair.old === place
    ? quoteExisting(column.pair.fed.name)
    : quoteIdentifier(column.pair.column);
}

/** The expression that yields a place's value from the other place's. */
export function valueFor(pair: TablePair, column: MovedColumn, place: Place): string {
  return pair.old === place ? downOf(column.pair) : upOf(column.pair);
}

/** What decides how a place's values are compared. Whatever moves goes on as its old column collates. */
export function comparedAt({ pair, types }: MovedColumn, place: Place): Compared {
  return { type: types[place], collation: pair.fed.collation };
}

/** True, in SQL, where two values of a place are not the same; converted ones, where they differ. */
export function differsAt(column: MovedColumn, place: Place, one: string, other: string): string {
  const compare = column.same ? unlike : differing;
  return compare(one, other, comparedAt(column, place));
}

/** Columns that the expressions read, without those that only move as they are. */
export function scratchColumns(pair: TablePair): readonly ColumnCatalog[] {
  const converted = pair.columns.filter(({ same }) => !same);
  return pair.uses.filter((one) => converted.some((column) => column.pair.uses.includes(one)));
}

export function blankOf({ blank, types }: MovedColumn): string {
  return `CAST(${blank ?? 'NULL'} AS ${types.wide})`;
}

/** True where a wide row holds nothing but blanks. @param value SQL of a column's wide value */
export function isBlank(
  pair: TablePair,
  value: (column: MovedColumn, at: number) => string,
): string {
  return allOf(
    pair.columns.flatMap((column, at) =>
      column.blank === null ? [] : [`${value(column, at)} IS NOT DISTINCT FROM ${blankOf(column)}`],
    ),
  );
}

export const allOf = (conditions: readonly string[]): string => `(${conditions.join(' AND ')})`;

/** `false` where none is given. */
export const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
