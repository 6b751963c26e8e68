import { CrossfadeError } from '../../core/errors.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus, statusOfRollout } from '../exit-status.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { rolloutDetail } from '../views/rollout-detail.ts';
import { rolloutLine } from '../views/rollout-line.ts';
import { rolloutList } from '../views/rollout-list.ts';
import { durationFrom } from '../views/words.ts';

export interface StatusOptions {
  readonly watch?: boolean;
  readonly timeout?: string;
  readonly output?: 'table' | 'json';
}

const pollMs = 1_000;

/** All rollouts, or one in full; `--watch` follows one until it ends. */
export async function status(
  name: string | undefined,
  options: StatusOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const json = options.output === 'json';
  if (name === undefined) {
    if (options.watch === true) {
      throw new CrossfadeError('invalidInput', '--watch follows one rollout; give its name');
    }
    const rollouts = await client.rollouts();
    terminal.out(
      json ? `${JSON.stringify({ rollouts })}\n` : rolloutList(rollouts, lookOf(terminal)),
    );
    return exitStatus.ok;
  }
  if (options.watch === true) return watch(client, name, options, terminal);
  const rollout = await client.rollout(name);
  terminal.out(json ? `${JSON.stringify(rollout)}\n` : rolloutDetail(rollout, lookOf(terminal)));
  return statusOfRollout(rollout);
}

function lookOf(terminal: Terminal) {
  return { paint: paintFor(terminal), timeZone: terminal.timeZone };
}

/** Redraws in a terminal; elsewhere prints a line whenever something changed. */
async function watch(
  client: ApiClient,
  name: string,
  options: StatusOptions,
  terminal: Terminal,
): Promise<number> {
  const limitMs = durationFrom(options.timeout);
  let waited = 0;
  let last = '';
  for (;;) {
    const rollout = await client.rollout(name);
    const shown = picture(rollout, options, terminal);
    if (shown.key !== last) terminal.out(shown.text);
    last = shown.key;
    if (isTerminal(rollout.phase)) return statusOfRollout(rollout);
    if (waited >= limitMs) {
      terminal.err(`${name} has not ended within ${options.timeout ?? ''}\n`);
      return exitStatus.timeout;
    }
    await terminal.sleep(pollMs);
    waited += pollMs;
  }
}

const clearScreen = '\u001B[2J\u001B[H';

function picture(
  rollout: RolloutView,
  { output }: StatusOptions,
  terminal: Terminal,
): { text: string; key: string } {
  if (output === 'json') {
    const { now: _, ...still } = rollout;
    return { text: `${JSON.stringify(rollout)}\n`, key: JSON.stringify(still) };
  }
  if (terminal.interactive) {
    const text = clearScreen + rolloutDetail(rollout, lookOf(terminal));
    return { text, key: text };
  }
  const line = rolloutLine(rollout, lookOf(terminal));
  return { text: `${line.time} ${line.text}\n`, key: line.text };
}
