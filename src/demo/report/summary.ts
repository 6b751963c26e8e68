import type { ScenarioResult } from './scenario-result.ts';

type Column = readonly [heading: string, cell: (result: ScenarioResult) => string];

const columns: readonly Column[] = [
  ['scenario', ({ scenario }) => scenario],
  ['outcome', ({ outcome }) => outcome],
  ['peak', ({ exposurePeakPercent }) => `${exposurePeakPercent} %`],
  ['detected after', (result) => after(result, result.detectedAtMs)],
  ['arrived after', (result) => after(result, result.rollbackArrivedAtMs)],
  ['requests', ({ requests }) => String(requests)],
  ['failed', ({ requestsFailed }) => String(requestsFailed)],
  ['new reads failed', ({ newReadsFailed }) => String(newReadsFailed)],
  ['writes', ({ writesAcknowledged }) => String(writesAcknowledged)],
  ['on new', ({ writesOnNewSide }) => String(writesOnNewSide)],
  ['lost', ({ writesLost }) => String(writesLost)],
  ['duration', ({ durationMs }) => seconds(durationMs)],
];

/** The figures of each scenario as a table; `detected` and `arrived` count from the first fault. */
export function summary(results: readonly ScenarioResult[]): string {
  const rows = [
    columns.map(([heading]) => heading),
    ...results.map((result) => columns.map(([, cell]) => cell(result))),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

function after({ faultAtMs }: ScenarioResult, atMs: number | null): string {
  return faultAtMs === null || atMs === null ? '-' : seconds(atMs - faultAtMs);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
