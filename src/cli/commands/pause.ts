import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Stops a rollout where it is; it may still go back. */
export function pause(name: string, options: CommandOptions, terminal: Terminal): Promise<number> {
  return sendCommand(name, { verb: 'pause' }, options, terminal);
}
