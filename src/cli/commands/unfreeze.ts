import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Lifts a freeze; what was frozen is paused. */
export function unfreeze(
  name: string,
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  return sendCommand(name, { verb: 'unfreeze' }, options, terminal);
}
