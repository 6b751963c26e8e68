import { clonesSection } from './clean-clone-section.ts';
import { killsSection, targetKillsSection } from './kills-section.ts';
import { mutantsSection, schemaMutantsSection } from './mutants-section.ts';
import type { Findings, PartResult } from './part-result.ts';
import { allParts, type Part, programme } from './programme.ts';
import { scenariosSection } from './scenario-rows.ts';
import { sqlMutantsSection } from './sql-mutants-section.ts';
import { table } from './table.ts';
import { writersSection } from './writer-rounds.ts';

/** The page that says what each part shows, and what its last run came to. */
export function acceptancePage(results: readonly PartResult[]): string {
  const found = new Map(results.map((result) => [result.part, result]));
  const failures = results.flatMap((result) =>
    result.failures.map((words) => `- ${result.part}: ${words}`),
  );
  return [
    '# Acceptance',
    '',
    'What takes too long for `npm test` is shown by `npm run acceptance`, in parts, each of which can be run alone:',
    '`-- --only NAME`, as often as wanted; `-- --list` tells them. A part keeps its last result in',
    '`test/acceptance/results`, with the day and the commit of which it was made. Of these results this page is made,',
    'after each part or by `-- --page`; a spec fails when it is older than they are.',
    '',
    ...table(
      ['part', 'what it shows', 'last run', 'commit', 'took', 'result'],
      allParts.map((part) => [part, programme[part], ...lastRun(found.get(part))]),
    ),
    '',
    ...(failures.length === 0 ? [] : ['Not as it should be:', '', ...failures, '']),
    ...circumstances(results),
    ...sections((part) => found.get(part)?.findings ?? {}),
  ].join('\n');
}

function lastRun(result: PartResult | undefined): readonly string[] {
  if (result === undefined) return ['never', '-', '-', '-'];
  const { on, commit, tookMs, failures } = result;
  const faults = failures.length === 1 ? '1 fault' : `${failures.length} faults`;
  return [
    on,
    commit ?? 'not noted',
    tookMs === null ? 'not noted' : spanOf(tookMs),
    failures.length === 0 ? 'as it should be' : faults,
  ];
}

function spanOf(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** What the figures were made on; parts that were made alike stand together. */
function circumstances(results: readonly PartResult[]): readonly string[] {
  const machines = new Map<string, Part[]>();
  for (const { part, machine } of results)
    machines.set(machine, [...(machines.get(machine) ?? []), part]);
  return [
    ...[...machines].map(([machine, parts]) => `Made on ${machine}: ${parts.join(', ')}.`),
    ...(machines.size === 0 ? [] : ['']),
    ...results.flatMap(({ part, note }) => (note === undefined ? [] : [`Of ${part}: ${note}`, ''])),
  ];
}

function sections(of: (part: Part) => Findings): readonly string[] {
  const scenarios = allParts.flatMap((part) => of(part).scenario ?? []);
  const [kills, onTargets] = [of('kills').kills, of('target-kills').kills];
  const { writers } = of('writers');
  const [judge, schema] = [of('mutants').mutants, of('schema-mutants').mutants];
  const { sqlMutants } = of('sql-mutants');
  const clones = allParts.flatMap((part) => of(part).clones ?? []);
  return [
    ...(scenarios.length === 0 ? [] : scenariosSection(scenarios)),
    ...(kills === undefined ? [] : killsSection(kills)),
    ...(onTargets === undefined ? [] : targetKillsSection(onTargets)),
    ...(writers === undefined ? [] : writersSection(writers)),
    ...(judge === undefined ? [] : mutantsSection(judge)),
    ...(schema === undefined ? [] : schemaMutantsSection(schema)),
    ...(sqlMutants === undefined ? [] : sqlMutantsSection(sqlMutants)),
    ...(clones.length === 0 ? [] : clonesSection(clones)),
  ];
}
