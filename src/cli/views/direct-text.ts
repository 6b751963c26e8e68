import type { DirectProgress } from '../../core/protocol/direct-view.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import { safe } from './words.ts';

/** What was done is data; what is waited for is said to the person. */
interface Line {
  readonly text: string;
  readonly isData: boolean;
}

/** One migration that runs directly: a line for each part that is done, and one for the end. */
export function directText(progress: DirectProgress, target: string): readonly Line[] {
  const { migration, parts, state } = progress;
  const done = parts.filter(({ status }) => status === 'done');
  return [
    ...done.map((part) => ({ text: `${migration}  ${partWords(part)}`, isData: true })),
    { text: safe(`${migration}  ${endWords(progress, target)}`), isData: state !== 'waits' },
  ].filter(({ text }) => !text.endsWith('  '));
}

export function partWords({ kind, done, differences, reason }: JobState): string {
  const rows = kind === 'backfill' || differences !== null ? `, ${done} rows` : '';
  const found = differences === null ? '' : `, ${differences} differences`;
  return safe(`${kind} done${rows}${found}${reason === null ? '' : `; ${reason}`}`);
}

function endWords({ state, reason }: DirectProgress, target: string): string {
  switch (state) {
    case 'applied':
      return `applied to ${target}`;
    case 'already':
      return `nothing to do: ${target} has it already`;
    case 'baseline':
      return `noted: ${target} has it already, and nothing was carried out`;
    case 'abandoned':
      return `given up: ${target} has the old shape alone, and the tables are free`;
    case 'failed':
      return `FAILED: ${reason ?? 'no reason given'}`;
    case 'held':
      return `HELD: ${reason ?? 'no reason given'}`;
    case 'waits':
      return reason ?? 'waits';
    case 'working':
      return '';
  }
}
