import { both, zeros } from '../../statistics/column.ts';
import type { StreamKind } from './unit-columns.ts';
import { exposuresOf, type UnitTable } from './unit-table.ts';

/**
 * What one side's units did in a tick, by columns with a row per unit, before their failures are weighed;
 * of all operations, or of those of one kind.
 */
export interface SideColumns {
  /** Rows of the units that made a request, in ascending order: all others are 0. */
  readonly rows: Int32Array;
  readonly requests: readonly number[];
  readonly failed: readonly number[];
  /** Requests, weighted by how often such ones of the unit failed in the past. */
  readonly exposures: readonly number[];
  readonly sums: { readonly requests: number; readonly failed: number; readonly exposures: number };
}

/** One side's counts of a kind, with what they weigh. */
export function sideColumns(
  table: UnitTable,
  kind: StreamKind,
  requests: readonly number[],
  failed: readonly number[],
): SideColumns {
  const rows = filledRows(requests);
  const exposures = exposuresOf(table, kind, requests, rows);
  return { rows, requests, failed, exposures, sums: sumsOf(rows, requests, failed, exposures) };
}

/** Kinds of operations together; the very columns where there is only one. */
export function joinSides(sides: readonly SideColumns[], length: number): SideColumns {
  const [first, ...others] = sides;
  if (first === undefined) return silent(length);
  if (others.length === 0) return first;
  const add = (column: 'requests' | 'failed' | 'exposures'): readonly number[] =>
    sides.reduce<readonly number[]>((all, side) => both(all, side[column]), zeros(length));
  const [requests, failed, exposures] = [add('requests'), add('failed'), add('exposures')];
  const rows = filledRows(requests);
  return { rows, requests, failed, exposures, sums: sumsOf(rows, requests, failed, exposures) };
}

function silent(length: number): SideColumns {
  const nothing = zeros(length);
  return {
    rows: new Int32Array(0),
    requests: nothing,
    failed: nothing,
    exposures: nothing,
    sums: { requests: 0, failed: 0, exposures: 0 },
  };
}

/** Rows that are not 0, in ascending order. */
function filledRows(column: readonly number[]): Int32Array {
  const rows = new Int32Array(column.length);
  let filled = 0;
  for (let row = 0; row < column.length; row += 1) {
    // Written in any case and kept if it counts: nobody can foresee which side a row is on.
    rows[filled] = row;
    filled += (column[row] ?? 0) > 0 ? 1 : 0;
  }
  return rows.subarray(0, filled);
}

/** All at once: one sum after another would wait for each addition in turn. */
function sumsOf(
  rows: Int32Array,
  requests: readonly number[],
  failed: readonly number[],
  exposures: readonly number[],
): SideColumns['sums'] {
  let [made, bad, exposed] = [0, 0, 0];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    made += requests[row] ?? 0;
    bad += failed[row] ?? 0;
    exposed += exposures[row] ?? 0;
  }
  return { requests: made, failed: bad, exposures: exposed };
}
