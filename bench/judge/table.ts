import { type Cell, cellName } from './cells.ts';
import { type Contender, type Outcomes } from './contenders.ts';
import { summarise, type Summary } from './summary.ts';

type Results = ReadonlyMap<Cell, readonly Outcomes[]>;

/** One column of a table: what it says of a cell, empty where nobody takes part. */
interface Column {
  readonly title: string;
  readonly of: Contender;
  readonly words: (summary: Summary) => string;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 4 : 2)));
}

function rolledBack({ rolledBack: percent }: Summary): string {
  return figure(percent);
}

function detected({ alarmed, delay, extraErrors }: Summary): string {
  const median = alarmed < 50 ? '-' : figure(delay.median);
  return `${figure(alarmed)} / ${median} / ${figure(extraErrors)}`;
}

function information({ information: used }: Summary): string {
  return used === null ? '-' : figure(used);
}

const healthyColumns: readonly Column[] = [
  { title: 'ours', of: 'ours', words: rolledBack },
  { title: 'a unit sent back', of: 'ours', words: ({ sentBack }) => figure(sentBack) },
  { title: 'warned of the old side', of: 'ours', words: ({ warned }) => figure(warned) },
  { title: 'proven at 40 min', of: 'ours', words: ({ proven }) => figure(proven) },
  { title: 'ours, warm-up 60 s', of: 'ours warm', words: rolledBack },
  { title: 'ours, buckets', of: 'ours bucket', words: rolledBack },
  { title: 'ours, totals', of: 'ours total', words: rolledBack },
  { title: 'Flagger', of: 'flagger', words: rolledBack },
  { title: 'Argo', of: 'argo', words: rolledBack },
  { title: 'Argo, relative', of: 'argo-relative', words: rolledBack },
  { title: 'Kayenta', of: 'kayenta', words: rolledBack },
];

const harmedColumns: readonly Column[] = [
  { title: 'ours', of: 'ours', words: detected },
  {
    title: 'rollback after',
    of: 'ours',
    words: ({ rolledBack: percent, rollbackDelay }) =>
      percent < 50 ? '-' : figure(rollbackDelay.median),
  },
  {
    title: 'unit sent back / the right one',
    of: 'ours',
    words: ({ sentBack, rightUnit }) => `${figure(sentBack)} / ${figure(rightUnit)}`,
  },
  { title: 'ours, warm-up 60 s', of: 'ours warm', words: detected },
  { title: 'ours, buckets', of: 'ours bucket', words: detected },
  { title: 'ours, totals', of: 'ours total', words: detected },
  { title: 'Flagger', of: 'flagger', words: detected },
  { title: 'Argo', of: 'argo', words: detected },
  { title: 'Argo, relative', of: 'argo-relative', words: detected },
  { title: 'Kayenta', of: 'kayenta', words: detected },
  { title: 'oracle', of: 'oracle', words: detected },
  { title: 'information: ours', of: 'ours', words: information },
  { title: 'oracle', of: 'oracle', words: information },
  { title: 'Flagger', of: 'flagger', words: information },
  { title: 'Kayenta', of: 'kayenta', words: information },
];

/**
 * Two tables in Markdown. Healthy rollouts: % rolled back. Harmed ones: % detected / median seconds
 * to the first alarm / failures that the migration caused; information as a multiple of ln(1/budget).
 */
export function markdown(results: Results): string {
  const part = (isHealthy: boolean): [Cell, readonly Outcomes[]][] =>
    [...results].filter(([cell]) => (cell.fault === null) === isHealthy);
  return [
    tableOf('Healthy rollouts', part(true), healthyColumns),
    tableOf('Harmed rollouts', part(false), harmedColumns),
  ].join('\n\n');
}

function tableOf(
  title: string,
  results: readonly [Cell, readonly Outcomes[]][],
  columns: readonly Column[],
): string {
  const rows = results.map(([cell, outcomes]) => [
    cellName(cell),
    ...columns.map(({ of, words }) => {
      const summary = summarise(cell, outcomes, of);
      return summary === null ? '' : words(summary);
    }),
  ]);
  const header = [title, ...columns.map((column) => column.title)];
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
