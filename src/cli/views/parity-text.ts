import type { ParityView } from '../../core/protocol/parity-view.ts';
import type { DifferingColumn, DifferingRow } from '../../core/schema-migration/differing-row.ts';
import type { KeptRow } from '../../core/schema-migration/kept-row.ts';
import { safe, table } from './words.ts';

/** What a check of parity has found. @param rows with the first of the rows that differ, and of those in quarantine */
export function parityText(view: ParityView, rows: boolean): string {
  const { leftOut, differing, differences, quarantined, kept = [] } = view;
  const about = view.unit === null ? '' : `  unit ${view.unit}`;
  const lines = [
    `${view.rollout}${about}  ${stateWords(view)}`,
    ...(leftOut.length === 0
      ? []
      : [`not compared, no column holds the unit: ${leftOut.join(', ')}`]),
    ...(quarantined === 0 ? [] : [`${quarantined} rows in quarantine`]),
    ...(rows ? listed(kept.map(keptLine), quarantined, kept.length) : []),
    ...(rows ? listed(differing.flatMap(rowLines), differences ?? 0, differing.length) : []),
  ];
  return `${lines.map(safe).join('\n')}\n`;
}

function listed(lines: string[][], of: number, shown: number): string[] {
  return [...table(lines), ...(shown > 0 && of > shown ? [`the first ${shown} are shown`] : [])];
}

const keptLine = ({ row, place, direction, kind, reason }: KeptRow): string[] => [
  row,
  place,
  `${direction} ${kind === 'loss' ? 'would lose it' : 'fails'}`,
  reason ?? '',
];

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
