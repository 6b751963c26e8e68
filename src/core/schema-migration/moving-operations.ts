/** The elements of a column become rows of a table of their own: one row has many. */
export interface SplitList {
  readonly operation: 'splitList';
  readonly table: string;
  /** Holds the list: an array, or what `up` makes an array of. */
  readonly column: string;
  /** The new table; its key is the old one's and the position. */
  readonly into: string;
  readonly key: Readonly<Record<string, string>>;
  /** What the new table calls an element's place, counted from 1. */
  readonly position: string;
  /** What it calls the element; `down` knows the whole array by this name. */
  readonly to: string;
  /** Of an element; null takes it from the array. */
  readonly type: string | null;
  readonly up: string | null;
  readonly down: string | null;
  /** What the old column holds where there are no rows; null for NULL. */
  readonly missing: string | null;
  readonly foreignKey: boolean;
}

/** Columns move to a table of their own, under the same key. */
export interface SplitTable {
  readonly operation: 'splitTable';
  readonly table: string;
  /** The new table. */
  readonly into: string;
  /** What the new table calls the key's columns; those that are left out keep their names. */
  readonly key: Readonly<Record<string, string>>;
  readonly columns: readonly SplitColumn[];
  /** From contract on, each row of the new table needs its row in the old one. */
  readonly foreignKey: boolean;
}

/** Columns of a table that goes become columns of another with the same key. */
export interface MergeTables {
  readonly operation: 'mergeTables';
  /** The table that stays. */
  readonly table: string;
  /** The table that goes. */
  readonly from: string;
  /** What that one calls the key's columns; those that are left out have the same names. */
  readonly key: Readonly<Record<string, string>>;
  readonly columns: readonly MergeColumn[];
}

/** A column of the table that goes; `to` is what the other one calls it. */
export type MergeColumn = Omit<SplitColumn, 'missing'>;

/** Without `type`, `up` and `down` the values move as they are. */
export interface SplitColumn {
  readonly column: string;
  /** What the new table calls it; `down` knows it by this name. */
  readonly to: string;
  readonly type?: string;
  readonly up?: string;
  readonly down?: string;
  /**
   * What the old column holds where the new table has no row. Absent: its default, which has to be a
   * constant, or NULL.
   */
  readonly missing?: string;
}
