import { both, sum, zeros } from '../../statistics/column.ts';

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

/** Columns, and what each of them comes to. */
export interface SummedColumns extends UnitColumns {
  readonly sums: Readonly<Record<keyof UnitColumns, number>>;
}

/** Sums the columns up, once for all who ask. */
export function summed(columns: UnitColumns): SummedColumns {
  const { newRequests, newFailed, oldRequests, oldFailed } = columns;
  const { newExposures, oldExposures, newVotes, oldVotes } = columns;
  const sums = {
    newRequests: sum(newRequests),
    newFailed: sum(newFailed),
    oldRequests: sum(oldRequests),
    oldFailed: sum(oldFailed),
    newExposures: sum(newExposures),
    oldExposures: sum(oldExposures),
    newVotes: sum(newVotes),
    oldVotes: sum(oldVotes),
  };
  return { ...columns, sums };
}

/** Columns by kind of operation; a kind of which nothing was seen is left out. */
export type ByKind<Columns> = Readonly<Partial<Record<StreamKind, Columns>>>;

/** The columns of all kinds together, row by row; the very column where there is only one. */
export function added(columns: readonly (readonly number[])[], length: number): readonly number[] {
  const [only, ...others] = columns;
  if (only !== undefined && others.length === 0) return only;
  return columns.reduce<readonly number[]>(both, zeros(length));
}
