import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Goes on to the next step before the bake is over, never past the evidence. */
export function promote(
  name: string,
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  return sendCommand(name, { verb: 'promote' }, options, terminal);
}
