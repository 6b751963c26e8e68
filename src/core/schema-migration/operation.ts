import type { MergeTables, SplitList, SplitTable } from './moving-operations.ts';

/**
 * What an author may change. Names of tables and columns are those of the old version; an `up` reads
 * the row's old columns, a `down` its new ones. All are SQL expressions over one row.
 */
export type Operation =
  | AddCheck
  | AddColumn
  | AddForeignKey
  | AddPrimaryKey
  | AddUnique
  | AddOwnColumn
  | ChangeType
  | CreateIndex
  | CreateTable
  | DropColumn
  | DropIndex
  | DropNotNull
  | DropTable
  | MergeTables
  | RenameColumn
  | RenameTable
  | SetDefault
  | SetNotNull
  | SplitList
  | SplitTable
  | Sql;

/**
 * `up`: `down(up(old))` may differ from the old value. `down`: `up(down(new))` may differ from the new
 * one, so that after a rollback the old version reads something else.
 */
export type DeclaredLoss = 'up' | 'down' | 'both';

/** The point of no return by value: past it a rollback would lose data. */
export interface Reversible {
  /** SQL condition on the new value alone; what is not known counts as fulfilled. */
  readonly while: string;
  /** How long before a value passes it people are to know; absent: not before. */
  readonly warnBeforeMs?: number;
}

/**
 * A new column that is kept in step with a location of the old shape. `down` reads the new column
 * and yields the value of the one old column that it feeds.
 */
export interface AddColumn {
  readonly operation: 'addColumn';
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly up: string;
  readonly down: Readonly<Record<string, string>>;
  /** Which way values are declared not to come back; absent: neither. */
  readonly lossy?: DeclaredLoss;
  /** Absent: every value that the new side writes must come back. */
  readonly reversible?: Reversible;
}

/** A new column of which the old version knows nothing; it has no `up` and no `down`. */
export interface AddOwnColumn {
  readonly operation: 'addColumn';
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly notNull: boolean;
  /** SQL of a constant, which rows get that are there or leave it out; null for none. */
  readonly default: string | null;
}

/** The same column with values of another type. `down` sees the new value under the column's name. */
export interface ChangeType {
  readonly operation: 'changeType';
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly up: string;
  readonly down: string;
  readonly lossy?: DeclaredLoss;
  readonly reversible?: Reversible;
}

/** The new version never reads NULL: `up` yields a value for it. */
export interface SetNotNull {
  readonly operation: 'setNotNull';
  readonly table: string;
  readonly column: string;
  readonly up: string;
}

/** The new version may write NULL; `down` yields what the old version reads in its place. */
export interface DropNotNull {
  readonly operation: 'dropNotNull';
  readonly table: string;
  readonly column: string;
  readonly down: string;
}

/** The new version does not know the column. `down` is its value in rows that the new version inserts. */
export interface DropColumn {
  readonly operation: 'dropColumn';
  readonly table: string;
  readonly column: string;
  readonly down?: string;
}

export interface RenameColumn {
  readonly operation: 'renameColumn';
  readonly table: string;
  readonly column: string;
  readonly to: string;
}

/** What the new version's inserts leave out. Null takes the default away. */
export interface SetDefault {
  readonly operation: 'setDefault';
  readonly table: string;
  readonly column: string;
  readonly default: string | null;
}

/** A column of a table that does not exist yet. */
export interface NewColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  /** Numbered by a sequence of its own; `always`: an insert may not give the number. Absent: no. */
  readonly identity?: 'always' | 'by default';
}

/** A table that only the new version knows. */
export interface CreateTable {
  readonly operation: 'createTable';
  readonly table: string;
  readonly columns: readonly NewColumn[];
  readonly primaryKey: readonly string[];
}

/** The new version does not know the table; contract moves it to the trash. */
export interface DropTable {
  readonly operation: 'dropTable';
  readonly table: string;
}

export interface RenameTable {
  readonly operation: 'renameTable';
  readonly table: string;
  readonly to: string;
}

/** A column, or an expression over the row, as an index holds it. Exactly one of the two is given. */
export interface IndexPart {
  readonly column: string | null;
  readonly expression: string | null;
  /** Operator class; null takes the type's own. */
  readonly opclass: string | null;
  readonly order: 'asc' | 'desc';
  /** Null takes what goes with the order. */
  readonly nulls: 'first' | 'last' | null;
}

/** An index that the new version needs. It refuses no row; `addUnique` does. */
export interface CreateIndex {
  readonly operation: 'createIndex';
  readonly table: string;
  readonly name: string;
  /** Access method, such as `btree`. */
  readonly method: string;
  readonly parts: readonly IndexPart[];
  readonly include: readonly string[];
  /** Condition of the rows that it holds; null for all of them. */
  readonly where: string | null;
}

/**
 * From when on a constraint refuses rows. `contract`: the old version does not keep it, and no write of
 * its may fail. `expand`: the author says that it does.
 */
export type Enforce = 'expand' | 'contract';

/** A condition that every row of the new version fulfils. */
export interface AddCheck {
  readonly operation: 'addCheck';
  readonly table: string;
  readonly name: string;
  /** SQL condition; what is not known counts as fulfilled. */
  readonly check: string;
  readonly enforce: Enforce;
  /** Gives the new version a column of its own, of values that fulfil it; `down` null: as they are. */
  readonly replaces: {
    readonly column: string;
    readonly up: string;
    readonly down: string | null;
  } | null;
}

export type ForeignKeyAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

/** Every row of the new version leads to one of another table, or holds NULL. */
export interface AddForeignKey {
  readonly operation: 'addForeignKey';
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: {
    /** Null: the schema of the migration's own tables. */
    readonly schema: string | null;
    readonly table: string;
    readonly columns: readonly string[];
  };
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  readonly enforce: Enforce;
}

/** No two rows of the new version hold the same values. */
export interface AddUnique {
  readonly operation: 'addUnique';
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly include: readonly string[];
  /** `equal`: NULL is a value like any other. */
  readonly nulls: 'distinct' | 'equal';
  readonly enforce: Enforce;
}

/** What tells the rows of the new version apart. */
export interface AddPrimaryKey {
  readonly operation: 'addPrimaryKey';
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly enforce: Enforce;
}

/** An index that the new version does without. */
export interface DropIndex {
  readonly operation: 'dropIndex';
  readonly table: string;
  readonly index: string;
}

/** Statements of the author's own, of which nothing is inferred. */
export interface Sql {
  readonly operation: 'sql';
  /** The first of the tables that they are about; in its transaction they run. */
  readonly table: string;
  readonly also: readonly string[];
  readonly expand: string;
  readonly contract: string;
  /** Takes back what `expand` did, when a rollback puts the new shape away. */
  readonly down: string;
}
