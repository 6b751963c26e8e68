import { table } from './table.ts';

/** What became of the mutants of one file. */
export interface FileMutants {
  readonly file: string;
  readonly killed: number;
  /** Made a spec run on for ever, which is noticed as well. */
  readonly timedOut: number;
  readonly survived: number;
  /** No spec of a mutation run reaches them. */
  readonly notReached: number;
}

/** A whole mutation run. */
export interface MutationRun {
  readonly files: readonly FileMutants[];
  /** Part of the mutants that must be noticed, in %. */
  readonly wanted: number;
}

/** As much of Stryker's report as is read here. */
export interface MutationReport {
  readonly thresholds: { readonly low: number };
  readonly files: Readonly<
    Record<string, { readonly mutants: readonly { readonly status: string }[] }>
  >;
}

/** Counts by file; mutants that were left out, or that do not compile, count nowhere. */
export function mutationRun({ files, thresholds }: MutationReport): MutationRun {
  const counted = Object.entries(files).map(([file, { mutants }]): FileMutants => {
    const count = (wanted: string): number =>
      mutants.filter(({ status }) => status === wanted).length;
    return {
      file,
      killed: count('Killed'),
      timedOut: count('Timeout'),
      survived: count('Survived'),
      notReached: count('NoCoverage'),
    };
  });
  return { files: counted, wanted: thresholds.low };
}

type Counts = Omit<FileMutants, 'file'>;

function sumOf(files: readonly FileMutants[]): Counts {
  const none: Counts = { killed: 0, timedOut: 0, survived: 0, notReached: 0 };
  return files.reduce(
    (sum, { killed, timedOut, survived, notReached }) => ({
      killed: sum.killed + killed,
      timedOut: sum.timedOut + timedOut,
      survived: sum.survived + survived,
      notReached: sum.notReached + notReached,
    }),
    none,
  );
}

/** Part of the mutants that specs notice, in %; null where there is none. */
function mutationScore(files: readonly FileMutants[]): number | null {
  const { killed, timedOut, survived, notReached } = sumOf(files);
  const all = killed + timedOut + survived + notReached;
  return all === 0 ? null : (100 * (killed + timedOut)) / all;
}

/** The part of the page that says which mutants the specs of the judge notice. */
export function mutantsSection(run: MutationRun): readonly string[] {
  return [
    '## Mutants',
    '',
    'Every small change that Stryker can make to what judges, one at a time: whether a spec fails then.',
    `${noticed(run)} Simulations of whole rollouts, which would notice more, take no part. Lowest first:`,
    '',
    ...fileTable(run),
  ];
}

/** The same of what decides about schema migrations. */
export function schemaMutantsSection(run: MutationRun): readonly string[] {
  return [
    '## Mutants of schema migrations',
    '',
    'The same of what decides about schema migrations: which operations there are and what is refused of them, the plan,',
    `sizes, pace and forecasts, findings of preflight and of lint, files of others. ${noticed(run)} What only`,
    'writes SQL takes no part, since a server alone can tell whether it is right: see the part `sql-mutants`.',
    'Lowest first:',
    '',
    ...fileTable(run),
  ];
}

const noticed = ({ files, wanted }: MutationRun): string =>
  `${inPercent(mutationScore(files))} of them are noticed, ${wanted} % are wanted.`;

function fileTable({ files }: MutationRun): readonly string[] {
  const rows = files.toSorted((a, b) => (mutationScore([a]) ?? 100) - (mutationScore([b]) ?? 100));
  return [
    ...table(
      ['file', 'noticed', 'of these for ever', 'survived', 'not reached', 'score'],
      [rowOf('all', files), ...rows.map((one) => rowOf(one.file.replace('src/core/', ''), [one]))],
    ),
    '',
  ];
}

function rowOf(name: string, files: readonly FileMutants[]): readonly string[] {
  const { killed, timedOut, survived, notReached } = sumOf(files);
  const counts = [killed + timedOut, timedOut, survived, notReached].map(String);
  return [name, ...counts, inPercent(mutationScore(files))];
}

function inPercent(score: number | null): string {
  return score === null ? '-' : `${score.toFixed(1)} %`;
}

/** What was not as it should be, in words. */
export function mutationFailures({ files, wanted }: MutationRun): readonly string[] {
  const score = mutationScore(files) ?? 0;
  return score >= wanted
    ? []
    : [`${inPercent(score)} of the mutants are noticed, ${wanted} % are wanted`];
}
