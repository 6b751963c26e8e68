import { CrossfadeError } from '../../core/errors.ts';
import { type DirectProgress, isOver } from '../../core/protocol/direct-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { partWords } from '../views/direct-text.ts';
import { durationFrom, safe } from '../views/words.ts';
import { personOf } from './send-command.ts';

export interface RestoreOptions {
  readonly confirm?: string;
  readonly timeout?: string;
}

const pollMs = 200;

/** Brings the old shape back after contract, and waits for the end. */
export async function restore(
  name: string,
  { confirm, timeout }: RestoreOptions,
  terminal: Terminal,
): Promise<number> {
  if (confirm !== name) {
    const message = `nothing was brought back: restore changes tables that are in use; repeat the name: crossfade restore ${name} --confirm ${name}`;
    throw new CrossfadeError('invalidInput', message);
  }
  const limitMs = durationFrom(timeout);
  const client = new ApiClient(connectionOf(terminal.env));
  const request = { confirm, ...personOf(terminal.env) };
  const told = new Set<string>();
  let { generation, progress } = await client.restore(name, request);
  for (let waited = 0; waited < limitMs; waited += pollMs) {
    const end = endOf(name, progress);
    if (end !== null) {
      for (const line of end.lines) terminal.out(`${safe(line)}\n`);
      return end.status;
    }
    const { reason } = progress;
    if (reason !== null && !told.has(reason)) terminal.err(`${safe(`${name}  ${reason}`)}\n`);
    told.add(reason ?? '');
    await terminal.sleep(pollMs);
    ({ generation, progress } = await client.restore(name, { ...request, generation }));
  }
  terminal.err(`not done within ${timeout ?? ''}; run it again to go on\n`);
  return exitStatus.timeout;
}

/** What is left to be said, and the exit status; null while it goes on. */
function endOf(name: string, progress: DirectProgress) {
  const { state, reason, parts } = progress;
  if (isOver(progress)) {
    const end = 'both versions live again: old code may come back';
    const lines = [...parts.map(partWords), end].map((words) => `${name}  ${words}`);
    return { lines, status: exitStatus.ok };
  }
  if (state !== 'failed' && state !== 'held') return null;
  const lines = [`${name}  ${state.toUpperCase()}: ${reason ?? 'no reason given'}`];
  return { lines, status: state === 'failed' ? exitStatus.error : exitStatus.stopped };
}
