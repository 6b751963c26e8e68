import { CrossfadeError } from '../../core/errors.ts';
import type { ParityView } from '../../core/protocol/parity-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { parityText } from '../views/parity-text.ts';
import { durationFrom, safe } from '../views/words.ts';
import { personOf } from './send-command.ts';

export interface ParityOptions {
  readonly unit?: string;
  readonly rows?: boolean;
  readonly last?: boolean;
  readonly wait: boolean;
  readonly timeout?: string;
  readonly output?: OutputForm;
}

const pollMs = 200;

/** Has both shapes compared now, all rows or one unit's, and waits for what is found. */
export async function parity(
  name: string,
  options: ParityOptions,
  terminal: Terminal,
): Promise<number> {
  const { output, rows = false, timeout } = options;
  const view = await found(name, options, terminal);
  if (view === null) {
    const words = `not done within ${timeout ?? ''}; it goes on: crossfade parity ${name} --last`;
    terminal.err(`${safe(words)}\n`);
    return exitStatus.timeout;
  }
  const names = () => [`rollout/${name}`];
  show(output, { data: view, table: () => parityText(view, rows), names }, terminal);
  return endOf(view);
}

/** What was asked for; null when the time is over first. */
async function found(
  name: string,
  { unit, last = false, wait, timeout }: ParityOptions,
  terminal: Terminal,
): Promise<ParityView | null> {
  const client = new ApiClient(connectionOf(terminal.env));
  if (last) {
    if (unit === undefined) return client.parity(name);
    const message = '--last shows the newest check, whatever it was about; leave --unit out';
    throw new CrossfadeError('invalidInput', message);
  }
  const limitMs = durationFrom(timeout);
  const request = { ...(unit === undefined ? {} : { unit }), ...personOf(terminal.env) };
  if (!wait) return client.checkParity(name, { ...request, wait });
  const begun = await client.checkParity(name, request);
  const again = () => client.checkParity(name, { ...request, generation: begun.generation });
  return followed(begun, again, limitMs, terminal);
}

/** Until it has ended; null when the time is over first. */
async function followed(
  begun: ParityView,
  again: () => Promise<ParityView>,
  limitMs: number,
  terminal: Terminal,
): Promise<ParityView | null> {
  const told = new Set<string>();
  let view = begun;
  for (let waited = 0; view.state === 'working'; waited += pollMs) {
    if (waited >= limitMs) return null;
    const { rollout, reason } = view;
    if (reason !== null && !told.has(reason)) terminal.err(`${safe(`${rollout}  ${reason}`)}\n`);
    told.add(reason ?? '');
    await terminal.sleep(pollMs);
    view = await again();
  }
  return view;
}

function endOf({ state, differences }: ParityView): number {
  if (state === 'failed') return exitStatus.error;
  return (differences ?? 0) > 0 ? exitStatus.stopped : exitStatus.ok;
}
