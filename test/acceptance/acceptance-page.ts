import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';
import { arrivalsMs, detectionsMs, median } from './arrivals.ts';

/** All runs of one scenario, and what was not as it should be in them. */
export interface Repeated {
  readonly scenario: string;
  readonly results: readonly ScenarioResult[];
  readonly failures: readonly string[];
}

type Column = readonly [heading: string, cell: (repeated: Repeated) => string];

const columns: readonly Column[] = [
  ['scenario', ({ scenario }) => scenario],
  ['runs', ({ results }) => String(results.length)],
  ['outcomes', ({ results }) => [...new Set(results.map(({ outcome }) => outcome))].join(', ')],
  ['peak', ({ results }) => highest(results, (one) => one.exposurePeakPercent)],
  ['detected after', ({ results }) => spread(detectionsMs(results))],
  ['arrived after', ({ results }) => spread(arrivalsMs(results))],
  ['requests', ({ results }) => total(results, (one) => one.requests)],
  ['failed', ({ results }) => total(results, (one) => one.requestsFailed)],
  ['writes', ({ results }) => total(results, (one) => one.writesAcknowledged)],
  ['in the new shape', ({ results }) => total(results, (one) => one.writesOnNewSide)],
  ['lost', ({ results }) => total(results, (one) => one.writesLost)],
  ['false rollbacks', ({ results }) => total(results, (one) => Number(one.falseRollback))],
  ['duration', ({ results }) => spread(results.map(({ durationMs }) => durationMs))],
];

/** The page that says what was shown, when, and on what. */
export function acceptancePage(
  repeated: readonly Repeated[],
  date: Date,
  machineInWords: string,
): string {
  const failures = repeated.flatMap((one) => one.failures);
  const verdict = failures.length === 0 ? 'All as it should be.' : 'Not as it should be:';
  return [
    '# Acceptance',
    '',
    `Made by \`npm run acceptance\` on ${date.toISOString().slice(0, 10)}: ${machineInWords}.`,
    '',
    'Each run is a command `npm run demo -- --scenario NAME --json` of its own. Times are medians,',
    'with the fastest and the slowest run in brackets; detection and arrival count from the first',
    'operation that the fault hit. Counts are sums over all runs.',
    '',
    '<!-- prettier-ignore -->',
    row(columns.map(([heading]) => heading)),
    row(columns.map(() => '---')),
    ...repeated.map((one) => row(columns.map(([, cell]) => cell(one)))),
    '',
    verdict,
    ...(failures.length === 0 ? [] : ['']),
    ...failures.map((failure) => `- ${failure}`),
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function spread(ms: readonly number[]): string {
  if (ms.length === 0) return '-';
  const seconds = (value: number): string => (value / 1000).toFixed(1);
  const middle = `${seconds(median(ms))} s`;
  if (ms.length === 1) return middle;
  return `${middle} (${seconds(Math.min(...ms))}–${seconds(Math.max(...ms))})`;
}

function total(
  results: readonly ScenarioResult[],
  count: (result: ScenarioResult) => number,
): string {
  return String(results.reduce((sum, result) => sum + count(result), 0));
}

function highest(
  results: readonly ScenarioResult[],
  percent: (result: ScenarioResult) => number,
): string {
  return results.length === 0 ? '-' : `${Math.max(...results.map(percent))} %`;
}
