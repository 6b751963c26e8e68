/**
 * A new column that is kept in step with a location of the old shape.
 * `up` reads old columns and yields the new value; `down` reads the new column and yields,
 * for each old column that it feeds (exactly one), the old value. All are SQL expressions.
 */
export interface AddColumn {
  readonly operation: 'addColumn';
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly up: string;
  readonly down: Readonly<Record<string, string>>;
}

/** The operations that this version carries out. */
export type Operation = AddColumn;

/** What is run on a target; `from` and `to` are the schemas that hold each version's views. */
export interface SchemaMigration {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Schema of the tables themselves. */
  readonly schema: string;
  readonly operations: readonly Operation[];
}
