import { randomUUID } from 'node:crypto';

import { CrossfadeError } from '../../core/errors.ts';
import { ApiClient, type Command } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';

/** What a person may add to a command. */
export interface CommandOptions {
  readonly reason?: string;
  readonly requestId?: string;
}

/** Sends a command. A refusal is an error with the reason; what is accepted is under way. */
export async function sendCommand(
  name: string,
  command: Omit<Command, 'requestId' | 'reason'>,
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const { reason, requestId = randomUUID() } = options;
  const why = reason === undefined ? {} : { reason };
  const said = { ...command, ...why, requestId, ...personOf(terminal.env) };
  await client.command(name, said).catch((error: unknown) => {
    throw ofState(error);
  });
  terminal.out(`${command.verb} of ${name} requested (request ${requestId})\n`);
  terminal.err(`follow it: crossfade status ${name} --watch\n`);
  return exitStatus.ok;
}

/** What a rollout's state forbids is a conflict with it: so the shell is told. */
function ofState(error: unknown): unknown {
  if (!(error instanceof CrossfadeError) || error.code !== 'refused') return error;
  return new CrossfadeError('conflict', error.message, { cause: error, faults: error.faults });
}

/** Who types, as others will read it. */
export function personOf(env: Terminal['env']): { by?: string } {
  const by = env['USER'] ?? env['LOGNAME'];
  return by === undefined || by === '' ? {} : { by };
}
