import { CrossfadeError } from '../../core/errors.ts';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import type { PaceChange } from '../../core/schema-migration/pace.ts';
import type { ThrottleLimits } from '../../core/schema-migration/throttle-reason.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { formatted, isForPerson, type OutputForm, show, type Shown } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { jobWords } from '../views/job-words.ts';
import { durationFrom } from '../views/words.ts';
import { watch } from '../watch.ts';
import { personOf } from './send-command.ts';

export interface BackfillOptions {
  readonly watch?: boolean;
  readonly timeout?: string;
  readonly batchTime?: string;
  readonly nice?: string;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly anytime?: boolean;
  readonly maxLag?: string;
  readonly maxActive?: string;
  readonly maxWal?: string;
  readonly maxDead?: string;
  readonly output?: OutputForm;
}

/** How far a rollout's backfill is; with settings, changes how hard it presses while it runs. */
export async function backfill(
  name: string,
  options: BackfillOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const change = changeFrom(options);
  const look = () => client.backfill(name);
  const view =
    Object.keys(change).length === 0
      ? await look()
      : await client.changeBackfill(name, { ...change, ...personOf(terminal.env) });
  const { output, timeout } = options;
  if (options.watch !== true) {
    show(output, shownOf(name, view), terminal);
    return exitStatus.ok;
  }
  const picture = (one: BackfillView) => {
    const text = formatted(output, shownOf(name, one));
    return { text, key: text };
  };
  const watched = { look, picture, end: endOf, late: `not done within ${timeout ?? ''}` };
  const redraws = terminal.interactive && isForPerson(output);
  return watch(watched, { timeout, redraws }, terminal);
}

function shownOf(name: string, view: BackfillView): Shown {
  return { data: view, table: () => `${textOf(view)}\n`, names: () => [`rollout/${name}`] };
}

function endOf({ job }: BackfillView): number | null {
  if (job?.status === 'failed') return exitStatus.error;
  return job?.status === 'done' ? exitStatus.ok : null;
}

function textOf({ rollout, job }: BackfillView): string {
  return job === null ? `${rollout} has no backfill yet` : jobWords(job);
}

function changeFrom(options: BackfillOptions): PaceChange {
  const { batchTime, nice, pause = false, resume = false } = options;
  if (pause && resume) {
    throw new CrossfadeError('invalidInput', 'give --pause or --resume, not both');
  }
  const limits = limitsFrom(options);
  return {
    ...(batchTime === undefined ? {} : { batchTimeMs: durationFrom(batchTime) }),
    ...(nice === undefined ? {} : { nice: numberFrom('--nice', nice) }),
    ...(options.anytime === true ? { anytime: true } : {}),
    ...(pause || resume ? { paused: pause } : {}),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

/** `none` takes a limit away. */
function limitsFrom(options: BackfillOptions): Partial<ThrottleLimits> {
  const { maxLag, maxActive, maxWal, maxDead } = options;
  const or = (text: string, read: (text: string) => number): number | null =>
    text === 'none' ? null : read(text);
  const megabytes = (text: string): number => numberFrom('--max-wal', text) * 1_000_000;
  return {
    ...(maxLag === undefined ? {} : { replicaLagMs: or(maxLag, durationFrom) }),
    ...(maxActive === undefined
      ? {}
      : { activeBackends: or(maxActive, (text) => numberFrom('--max-active', text)) }),
    ...(maxWal === undefined ? {} : { walBytesPerSecond: or(maxWal, megabytes) }),
    ...(maxDead === undefined
      ? {}
      : { deadRows: or(maxDead, (text) => numberFrom('--max-dead', text)) }),
  };
}

function numberFrom(option: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new CrossfadeError('invalidInput', `${option} wants a number such as 0.5, not \`${text}\``);
}
