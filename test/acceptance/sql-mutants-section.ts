import type { SqlMutant } from './sql-mutants.ts';
import { table } from './table.ts';

/** The part of the page that says which spec against a server noticed which break. */
export function sqlMutantsSection(mutants: readonly SqlMutant[]): readonly string[] {
  const noticed = mutants.filter(({ noticedBy }) => noticedBy !== null).length;
  return [
    '## Broken SQL',
    '',
    'Whether SQL is right a server alone can tell. So what writes it is broken in places that were chosen by hand, one at',
    'a time, and the one spec that has to notice it runs against a PostgreSQL.',
    '',
    `${mutants.length} breaks, ${noticed} noticed.`,
    '',
    ...table(
      ['what is broken', 'in', 'noticed by'],
      mutants.map((one) => [one.what, one.file, outcomeOf(one)]),
    ),
    '',
  ];
}

function outcomeOf({ spec, isThere, noticedBy }: SqlMutant): string {
  if (!isThere) return 'it stands there no longer';
  return noticedBy === null ? `nothing in ${spec}` : `${spec}: ${noticedBy}`;
}

/** What was not noticed, in words. */
export function sqlMutantFailures(mutants: readonly SqlMutant[]): readonly string[] {
  return mutants
    .filter(({ noticedBy }) => noticedBy === null)
    .map((one) => `${one.what} (${one.file}), noticed by: ${outcomeOf(one)}`);
}
