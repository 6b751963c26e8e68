import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';
import { arrivalsMs, detectionsMs, median } from './arrivals.ts';
import type { WrittenThrough } from '../support/eight-writers.ts';
import { killsSection, targetKillsSection } from './kills-section.ts';
import type { KillRun } from './kill-run.ts';
import { type MutationRun, mutantsSection } from './mutants-section.ts';
import { writersSection } from './writer-rounds.ts';
import type { CloneRun } from './clean-clone.ts';

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

/** All that an acceptance showed. */
export interface Shown {
  readonly repeated: readonly Repeated[];
  readonly clones: readonly CloneRun[];
  readonly kills: readonly KillRun[];
  readonly targetKills: readonly KillRun[];
  readonly writers: readonly WrittenThrough[];
  readonly mutants: readonly MutationRun[];
  /** What was not as it should be, in words. */
  readonly failures: readonly string[];
}

/** The page that says what was shown, when, and on what. */
export function acceptancePage(
  { repeated, clones, kills, targetKills, writers, mutants, failures }: Shown,
  date: Date,
  machineInWords: string,
): string {
  return [
    '# Acceptance',
    '',
    `Made by \`npm run acceptance\` on ${date.toISOString().slice(0, 10)}: ${machineInWords}.`,
    failures.length === 0 ? 'All as it should be.' : 'Not all as it should be:',
    ...(failures.length === 0 ? [] : ['', ...failures.map((failure) => `- ${failure}`)]),
    '',
    '## Scenarios',
    '',
    'Each run is a command `npm run demo -- --scenario NAME --json` of its own. Times are medians,',
    'with the fastest and the slowest run in brackets; detection and arrival count from the first',
    'operation that the fault hit. Counts are sums over all runs.',
    '',
    ...table(
      columns.map(([heading]) => heading),
      repeated.map((one) => columns.map(([, cell]) => cell(one))),
    ),
    '',
    '## Who decided',
    '',
    'Every rollback with the guard that asked for it and its words at that moment.',
    '',
    ...table(
      ['scenario', 'run', 'guard', 'detected after', 'arrived after', 'reason'],
      repeated.flatMap(deciders),
    ),
    '',
    ...killsSection(kills, table),
    ...targetKillsSection(targetKills, table),
    ...writersSection(writers),
    ...mutants.flatMap((run) => mutantsSection(run, table)),
    '## Clean clone',
    '',
    'Each visitor clones what is committed into an empty home and types these commands, with the',
    "shell's own Node and nothing prepared.",
    '',
    ...table(
      ['who', 'Node', 'command', 'outcome', 'last line', 'duration'],
      clones.map(({ who, node, command, succeeded, lastLine, durationMs }) => [
        who,
        node,
        `\`${command}\``,
        succeeded ? 'passed' : 'FAILED',
        // Of an installation it says nothing about us.
        command === 'npm ci' ? '' : lastLine.replaceAll(/\s+/g, ' '),
        seconds(durationMs),
      ]),
    ),
    '',
  ].join('\n');
}

/** One row per run that was rolled back. */
function deciders({ scenario, results }: Repeated): readonly (readonly string[])[] {
  return results.flatMap((result, index) => {
    const { decidedBy } = result;
    if (decidedBy === null) return [];
    const [detected, arrived] = [detectionsMs([result]), arrivalsMs([result])];
    const guard = decidedBy.guard ?? 'none';
    return [
      [scenario, String(index + 1), guard, spread(detected), spread(arrived), decidedBy.reason],
    ];
  });
}

function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const separator = headings.map(() => '---');
  return ['<!-- prettier-ignore -->', ...[headings, separator, ...rows].map(row)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function spread(ms: readonly number[]): string {
  if (ms.length === 0) return '-';
  const middle = seconds(median(ms));
  if (ms.length === 1) return middle;
  return `${middle} (${(Math.min(...ms) / 1000).toFixed(1)}–${seconds(Math.max(...ms)).replace(' s', '')})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
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
