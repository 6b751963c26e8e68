import { type Cell, cellName } from './cells.ts';
import { type Contender, contenders, type Outcomes } from './contenders.ts';
import { summarise, type Summary } from './summary.ts';

function figure(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 4 : 2)));
}

/** Healthy: `rolled back % (any alarm %), proven %`. Harmed: `detected % / median s / extra errors`. */
function words({ fault }: Cell, summary: Summary | null): string {
  if (summary === null) return '';
  if (fault === null) {
    const alarms = summary.alarmed > summary.rolledBack ? ` (${figure(summary.alarmed)})` : '';
    const proven = summary.proven > 0 ? `, proven ${figure(summary.proven)}` : '';
    return `${figure(summary.rolledBack)}${alarms}${proven}`;
  }
  const delay = summary.alarmed === 0 ? '-' : figure(summary.delay.median);
  const information = summary.information === null ? '' : ` ×${figure(summary.information)}`;
  return `${figure(summary.alarmed)} / ${delay} / ${figure(summary.extraErrors)}${information}`;
}

/** The whole comparison as a Markdown table. */
export function markdown(results: ReadonlyMap<Cell, readonly Outcomes[]>): string {
  const header = ['world', ...contenders];
  const rows = [...results].map(([cell, outcomes]) => [
    cellName(cell),
    ...contenders.map((contender: Contender) => words(cell, summarise(cell, outcomes, contender))),
  ]);
  const rule = header.map(() => '---');
  return [header, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
