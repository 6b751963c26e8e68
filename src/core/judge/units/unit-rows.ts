import type { EvidenceTick } from '../evidence-tick.ts';
import { indexOf, rowOf, type UnitTable, withNames } from './unit-table.ts';

/** Rows of a tick's units, aligned with them; -1 for a unit that is left out or made no request. */
export function rowsOf(
  table: UnitTable,
  tick: EvidenceTick,
  leftOut: ReadonlySet<string>,
): { readonly names: readonly string[]; readonly rows: Int32Array } {
  const isCounted = (at: number): boolean => {
    const counts = tick.units[at];
    return counts !== undefined && counts.requests > 0 && !leftOut.has(counts.unit);
  };
  const rows = new Int32Array(tick.units.length);
  const find = (names: readonly string[]): boolean => {
    const index = indexOf(names);
    let complete = true;
    for (let at = 0; at < rows.length; at += 1) {
      const row = isCounted(at) ? rowOf(index, tick.units[at]?.unit ?? '') : -1;
      if (row === -1 && isCounted(at)) complete = false;
      rows[at] = row;
    }
    return complete;
  };
  if (find(table.names)) return { names: table.names, rows };
  const counted = tick.units.filter((_, at) => isCounted(at));
  const names = withNames(
    table.names,
    counted.map(({ unit }) => unit),
  );
  find(names);
  return { names, rows };
}
