import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Agrees that the current step be left, where the policy asks persons for that. */
export function approve(
  name: string,
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  return sendCommand(name, { verb: 'approve' }, options, terminal);
}
