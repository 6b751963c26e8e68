import { both, zeros } from '../../statistics/column.ts';

/** Operations that are judged apart; `unnamed` are those of which the evidence does not tell the kind. */
export const streamKinds = ['read', 'write', 'unnamed'] as const;
export type StreamKind = (typeof streamKinds)[number];

/** What units did in a tick, by columns: one row per unit, rows as in `UnitTable.names`. */
export interface UnitColumns {
  readonly newRequests: readonly number[];
  readonly newFailed: readonly number[];
  readonly oldRequests: readonly number[];
  readonly oldFailed: readonly number[];
  /** Requests, weighted by how often such ones of the unit failed in the past. */
  readonly newExposures: readonly number[];
  readonly oldExposures: readonly number[];
  /** Failures that count, after no unit may have more than its share of them. */
  readonly newVotes: readonly number[];
  readonly oldVotes: readonly number[];
}

/** Columns, what each of them comes to, and the rows of the units that made a request on either side. */
export interface SummedColumns extends UnitColumns {
  readonly sums: Readonly<Record<keyof UnitColumns, number>>;
  readonly newRows: Int32Array;
  readonly oldRows: Int32Array;
}

/** Columns by kind of operation; a kind of which nothing was seen is left out. */
export type ByKind<Columns> = Readonly<Partial<Record<StreamKind, Columns>>>;

/** The columns of all kinds together, row by row; the very column where there is only one. */
export function added(columns: readonly (readonly number[])[], length: number): readonly number[] {
  const [only, ...others] = columns;
  if (only !== undefined && others.length === 0) return only;
  return columns.reduce<readonly number[]>(both, zeros(length));
}
