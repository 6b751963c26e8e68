import type { Operation } from '../operation.ts';

/** What is said of a place in the script, in bytes from its beginning. */
export interface Remark {
  readonly place: number;
  readonly message: string;
}

/** An operation that says what one or several statements say. */
export interface ConvertedOperation {
  readonly operation: Operation;
  /** Where the first of the statements begins. */
  readonly place: number;
  /** What its author should look at before it is used. */
  readonly doubts: readonly Remark[];
}

/** What becomes of a script. Every statement is in one of the three. */
export interface Conversion {
  /** Schema of the tables. */
  readonly schema: string;
  readonly operations: readonly ConvertedOperation[];
  /** Statements that no operation says, why not, and what their author can do. */
  readonly refused: readonly Remark[];
  /** Statements that are not needed any more, and why. */
  readonly needless: readonly Remark[];
}
