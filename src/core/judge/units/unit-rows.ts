import type { EvidenceTick } from '../evidence-tick.ts';
import { indexOf, rowOf, type UnitTable, withNames } from './unit-table.ts';

/** Rows of a tick's units, aligned with them; -1 for a unit that is left out or made no request. */
interface Rows {
  readonly names: readonly string[];
  readonly rows: Int32Array;
}

/** The units that count, without a row of their own among `names`, are added to `unknown`. */
function findRows(
  names: readonly string[],
  { units }: EvidenceTick,
  leftOut: ReadonlySet<string>,
  unknown: string[],
): Rows {
  const index = indexOf(names);
  const rows = new Int32Array(units.length).fill(-1);
  // Units mostly come in the order of the rows: a look at the next one spares the hash.
  let next = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const counts = units[at];
    if (counts === undefined || counts.requests === 0) continue;
    if (leftOut.size > 0 && leftOut.has(counts.unit)) continue;
    const row = names[next] === counts.unit ? next : rowOf(index, counts.unit);
    if (row === -1) unknown.push(counts.unit);
    rows[at] = row;
    next = row + 1;
  }
  return { names, rows };
}

/** The rows of a tick's units, with the names of those that are new. */
export function rowsOf(table: UnitTable, tick: EvidenceTick, leftOut: ReadonlySet<string>): Rows {
  const unknown: string[] = [];
  const known = findRows(table.names, tick, leftOut, unknown);
  if (unknown.length === 0) return known;
  return findRows(withNames(table.names, unknown), tick, leftOut, []);
}
