import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { drillWords } from '../views/drill-rows.ts';
import { durationFrom } from '../views/words.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

export interface DrillOptions extends CommandOptions {
  readonly unit?: string;
  readonly timeout?: string;
}

const pollMs = 200;

/** Moves one unit to the new side and back, waits, and says how long each way took. */
export async function drill(
  name: string,
  { unit, timeout, ...options }: DrillOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const before = (await client.rollout(name)).drill?.startedAt ?? 0;
  const command = { verb: 'drill', ...(unit === undefined ? {} : { unit }) } as const;
  await sendCommand(name, command, options, terminal);
  const limitMs = durationFrom(timeout);
  for (let waited = 0; waited < limitMs; waited += pollMs) {
    const { drill: seen } = await client.rollout(name);
    if (seen !== undefined && seen.startedAt > before && seen.endedAt !== null) {
      terminal.out(`${drillWords(seen)}\n`);
      return seen.passed ? exitStatus.ok : exitStatus.stopped;
    }
    await terminal.sleep(pollMs);
  }
  terminal.err(`not over within ${timeout ?? ''}; it goes on: crossfade status ${name}\n`);
  return exitStatus.timeout;
}
