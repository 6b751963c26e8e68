import { randomUUID } from 'node:crypto';
import { CrossfadeError } from '../../core/errors.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import { ApiClient } from '../api-client.ts';
import { breakGlass } from '../break-glass.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

export interface RollbackOptions extends CommandOptions {
  readonly all?: boolean;
}

/**
 * Sends every unit back to the old side, of one rollout or of all that are under way; what they wrote stays.
 * Without an answer from the server it asks in the state database.
 */
export async function rollback(
  name: string | undefined,
  { all = false, ...given }: RollbackOptions,
  terminal: Terminal,
): Promise<number> {
  if ((name === undefined) !== all) {
    throw new CrossfadeError('invalidInput', 'name one rollout, or all of them by --all');
  }
  const options = { ...given, requestId: given.requestId ?? randomUUID() };
  try {
    if (name !== undefined) return await rollbackOne(name, options, terminal);
    return await rollbackAll(options, terminal);
  } catch (error) {
    if (!(error instanceof CrossfadeError) || error.code !== 'unavailable') throw error;
    return breakGlass(name ?? null, options, terminal, error);
  }
}

function rollbackOne(name: string, options: CommandOptions, terminal: Terminal): Promise<number> {
  return sendCommand(name, { verb: 'rollback' }, options, terminal);
}

/** One that cannot go back keeps no other from it. */
async function rollbackAll(options: CommandOptions, terminal: Terminal): Promise<number> {
  const rollouts = await new ApiClient(connectionOf(terminal.env)).rollouts();
  const living = rollouts.filter(({ phase }) => !isTerminal(phase) && phase !== 'rolling_back');
  if (living.length === 0) terminal.out('no rollout is under way that could go back\n');
  let status: number = exitStatus.ok;
  for (const { id } of living) {
    const requestId = `${options.requestId ?? randomUUID()} ${id}`;
    try {
      await rollbackOne(id, { ...options, requestId }, terminal);
    } catch (error) {
      if (!(error instanceof CrossfadeError) || error.code === 'unavailable') throw error;
      terminal.err(`${id}: ${error.message}\n`);
      status = exitStatus.error;
    }
  }
  return status;
}
