import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Lets nothing move any more, not even back. */
export function freeze(name: string, options: CommandOptions, terminal: Terminal): Promise<number> {
  return sendCommand(name, { verb: 'freeze' }, options, terminal);
}
