import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Lets a rollout go on that was stopped, or whose flag a person changed. */
export function resume(name: string, options: CommandOptions, terminal: Terminal): Promise<number> {
  return sendCommand(name, { verb: 'resume' }, options, terminal);
}
