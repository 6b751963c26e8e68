import type { InfoRow } from '../../core/schema-migration/history/info-row.ts';
import type { Terminal } from '../terminal.ts';
import { safe, span } from './words.ts';

const columns = [
  'Category',
  'Version',
  'Description',
  'Type',
  'Installed On',
  'State',
  'Duration',
  'Checksum',
] as const;

/** The history of a target in the columns of Flyway's `info`, with what is to be known below. */
export function infoText(
  rows: readonly InfoRow[],
  { timeZone }: Pick<Terminal, 'timeZone'>,
): string {
  const cells = rows.map((row) => cellsOf(row, timeZone).map(safe));
  const widths = columns.map((name, at) =>
    Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const notes = rows.flatMap(({ description, note }) =>
    note === null ? [] : [safe(`${description}: ${note}`)],
  );
  const body =
    rows.length === 0 ? ['no schema migration is known for this target'] : cells.map(line);
  return `${[rule, line(columns), rule, ...body, rule, ...notes].join('\n')}\n`;
}

function cellsOf(row: InfoRow, timeZone: string | undefined): readonly string[] {
  const { installedOn, durationMs, state, part, checksum } = row;
  return [
    row.category,
    row.version,
    row.description,
    row.type,
    installedOn === null ? '' : moment(installedOn, timeZone),
    state === 'Pending' && part !== null ? `Pending (${part} done)` : state,
    durationMs === null ? '' : span(durationMs),
    checksum ?? '',
  ];
}

/** `2026-05-12 09:41:07` */
function moment(at: number, timeZone: string | undefined): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat('en-CA', { ...zone, dateStyle: 'short' }).format(at);
  return `${day} ${new Intl.DateTimeFormat('en-GB', { ...zone, timeStyle: 'medium' }).format(at)}`;
}
