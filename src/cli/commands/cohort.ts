import { CrossfadeError } from '../../core/errors.ts';
import type { CohortView } from '../../core/protocol/cohort-view.ts';
import { ApiClient } from '../api-client.ts';
import type { CohortRequest } from '../api-requests.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { readFiles } from '../read-files.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { cohortText } from '../views/cohort-text.ts';

export interface CohortOptions {
  readonly file: readonly string[];
  readonly target?: string;
  readonly step?: string;
  readonly list?: boolean;
  readonly output?: OutputForm;
}

/** Whom each step of the policies moves, what part of the traffic that is, and who it is. */
export async function cohort(options: CohortOptions, terminal: Terminal): Promise<number> {
  const { file, target, output } = options;
  const step = stepOf(options);
  const request: CohortRequest = {
    files: await readFiles(file, terminal),
    ...(target === undefined ? {} : { target }),
    ...(step === null || options.list !== true ? {} : { list: step }),
  };
  const cohorts = await new ApiClient(connectionOf(terminal.env)).cohorts(request);
  const shown = cohorts.map((one) => (step === null ? one : ofStep(one, step)));
  const table = () => shown.map(cohortText).join('\n');
  const names = () => shown.map(({ policy }) => `rolloutpolicy/${policy}`);
  show(output, { data: { cohorts: shown }, table, names }, terminal);
  return exitStatus.ok;
}

function ofStep(view: CohortView, step: number): CohortView {
  const steps = view.steps.filter((one) => one.step === step);
  if (steps.length > 0) return { ...view, steps };
  const message = `no step ${step}; ${view.policy} has ${view.steps.length}`;
  throw new CrossfadeError('invalidInput', message);
}

function stepOf({ step, list }: CohortOptions): number | null {
  if (step === undefined) {
    if (list !== true) return null;
    throw new CrossfadeError('invalidInput', '`--list` needs `--step N`: whose units are listed');
  }
  if (/^[1-9]\d{0,2}$/.test(step)) return Number(step);
  throw new CrossfadeError('invalidInput', `--step is \`${step}\`; expected its number, from 1`);
}
