import type { ParityView } from '../../core/protocol/parity-view.ts';
import type { DifferingColumn, DifferingRow } from '../../core/schema-migration/differing-row.ts';
import { safe, table } from './words.ts';

/** What a check of parity has found. @param rows with the first of the rows that differ */
export function parityText(view: ParityView, rows: boolean): string {
  const { leftOut, differing, differences, quarantined } = view;
  const about = view.unit === null ? '' : `  unit ${view.unit}`;
  const lines = [
    `${view.rollout}${about}  ${stateWords(view)}`,
    ...(leftOut.length === 0
      ? []
      : [`not compared, no column holds the unit: ${leftOut.join(', ')}`]),
    ...(quarantined === 0 ? [] : [`${quarantined} rows in quarantine`]),
    ...(rows ? table(differing.flatMap(rowLines)) : []),
    ...(rows && (differences ?? 0) > differing.length
      ? [`the first ${differing.length} are shown`]
      : []),
  ];
  return `${lines.map(safe).join('\n')}\n`;
}

function stateWords({ state, compared, total, differences, reason }: ParityView): string {
  const words = reason === null ? '' : `; ${reason}`;
  if (state === 'failed') return `FAILED: ${reason ?? 'no reason given'}`;
  if (state === 'done') return `${compared} rows compared, ${differences ?? 0} differ`;
  return `${compared} of ${total ?? '?'} rows compared${words}`;
}

/** Whatever is shown of a row, it is not what it holds. */
function rowLines({ row, columns }: DifferingRow): string[][] {
  if (columns.length === 0) return [[row, 'written since']];
  return columns.map((column) => [row, column.place, column.kind, lengths(column)]);
}

function lengths({ old, new: fresh }: DifferingColumn): string {
  if (old === null && fresh === null) return '';
  const of = (length: number | null): string => (length === null ? 'none' : `${length} characters`);
  return `old ${of(old)}, new ${of(fresh)}`;
}
