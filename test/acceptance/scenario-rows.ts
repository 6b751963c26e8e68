import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';
import { arrivalsMs, detectionsMs, median } from './arrivals.ts';
import { seconds, table } from './table.ts';

/** What repeated runs of one scenario came to, as cells of the page's two tables. */
export interface ScenarioRows {
  readonly figures: readonly string[];
  /** One row for each run that was rolled back. */
  readonly deciders: readonly (readonly string[])[];
}

type Results = readonly ScenarioResult[];

const columns: readonly (readonly [heading: string, cell: (results: Results) => string])[] = [
  ['runs', (results) => String(results.length)],
  ['outcomes', (results) => [...new Set(results.map(({ outcome }) => outcome))].join(', ')],
  ['peak', (results) => highest(results, (one) => one.exposurePeakPercent)],
  ['detected after', (results) => spread(detectionsMs(results))],
  ['arrived after', (results) => spread(arrivalsMs(results))],
  ['requests', (results) => total(results, (one) => one.requests)],
  ['failed', (results) => total(results, (one) => one.requestsFailed)],
  ['writes', (results) => total(results, (one) => one.writesAcknowledged)],
  ['in the new shape', (results) => total(results, (one) => one.writesOnNewSide)],
  ['lost', (results) => total(results, (one) => one.writesLost)],
  ['false rollbacks', (results) => total(results, (one) => Number(one.falseRollback))],
  ['duration', (results) => spread(results.map(({ durationMs }) => durationMs))],
];

export function scenarioRows(scenario: string, results: Results): ScenarioRows {
  return {
    figures: [scenario, ...columns.map(([, cell]) => cell(results))],
    deciders: results.flatMap((result, index) => deciderOf(scenario, result, index + 1)),
  };
}

function deciderOf(scenario: string, result: ScenarioResult, run: number) {
  const { decidedBy } = result;
  if (decidedBy === null) return [];
  const [detected, arrived] = [detectionsMs([result]), arrivalsMs([result])];
  const guard = decidedBy.guard ?? 'none';
  return [[scenario, String(run), guard, spread(detected), spread(arrived), decidedBy.reason]];
}

/** The part of the page that says what the stories of the demo came to, and who decided in them. */
export function scenariosSection(rows: readonly ScenarioRows[]): readonly string[] {
  return [
    '## Scenarios',
    '',
    'Each run is a command `npm run demo -- --scenario NAME --json` of its own. Times are medians,',
    'with the fastest and the slowest run in brackets; detection and arrival count from the first',
    'operation that the fault hit. Counts are sums over all runs.',
    '',
    ...table(
      ['scenario', ...columns.map(([heading]) => heading)],
      rows.map(({ figures }) => figures),
    ),
    '',
    '## Who decided',
    '',
    'Every rollback with the guard that asked for it and its words at that moment.',
    '',
    ...table(
      ['scenario', 'run', 'guard', 'detected after', 'arrived after', 'reason'],
      rows.flatMap(({ deciders }) => deciders),
    ),
    '',
  ];
}

function spread(ms: readonly number[]): string {
  if (ms.length === 0) return '-';
  const middle = seconds(median(ms));
  if (ms.length === 1) return middle;
  return `${middle} (${(Math.min(...ms) / 1000).toFixed(1)}–${seconds(Math.max(...ms)).replace(' s', '')})`;
}

function total(results: Results, count: (result: ScenarioResult) => number): string {
  return String(results.reduce((sum, result) => sum + count(result), 0));
}

function highest(results: Results, percent: (result: ScenarioResult) => number): string {
  return results.length === 0 ? '-' : `${Math.max(...results.map(percent))} %`;
}
