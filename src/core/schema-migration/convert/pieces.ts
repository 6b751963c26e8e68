import type { Operation } from '../operation.ts';
import type { Remark } from './conversion.ts';
import type { Expression } from './expression-shape.ts';

/** What later statements may add to. */
interface Growing {
  /** Of the first statement. */
  readonly place: number;
  readonly doubts: Remark[];
}

/** What an UPDATE puts into a column. */
export interface Fill {
  readonly value: Expression;
  /** Rows that it is put into; null for all. */
  readonly where: Expression | null;
  readonly place: number;
}

/** All that a script does to one column. */
export interface ColumnPiece extends Growing {
  readonly kind: 'column';
  readonly table: string;
  name: string;
  /** Whether the script makes it. */
  isNew: boolean;
  /** As it becomes; null where nobody says. */
  type: string | null;
  /** The conversion of a type; null for a cast. */
  using: Expression | null;
  fill: Fill | null;
  /** What the script makes of NULL; null where it says nothing. */
  notNull: boolean | null;
  /** SQL, null for none; undefined where the script says nothing. */
  default: string | null | undefined;
  /** The old column whose values it holds and that the script drops. */
  replaces: string | null;
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  notNull: boolean;
  default: string | null;
  readonly identity: 'always' | 'by default' | null;
}

/** A column of a new table that is filled from an old one. */
export interface MovedColumn {
  readonly to: string;
  readonly value: Expression;
}

/** A table that the script makes. */
export interface TablePiece extends Growing {
  readonly kind: 'table';
  readonly table: string;
  readonly columns: TableColumn[];
  primaryKey: readonly string[];
  /** INSERT … SELECT out of an old table. */
  filled: {
    readonly from: string;
    readonly columns: readonly MovedColumn[];
    readonly where: Expression | null;
    readonly place: number;
  } | null;
  /** Columns of that old table that the script drops. */
  readonly dropped: string[];
}

/** An operation that is whole by itself. */
export interface OperationPiece extends Growing {
  readonly kind: 'operation';
  operation: Operation;
}

/** Statements that stay what they are. */
export interface AuthorPiece extends Growing {
  readonly kind: 'author';
  readonly tables: Set<string>;
  readonly expand: string[];
  readonly contract: string[];
  /** The last one first. */
  readonly down: string[];
}

export type Piece = AuthorPiece | ColumnPiece | OperationPiece | TablePiece;
