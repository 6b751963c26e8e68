import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Rolls back and ends: what the new side needs is put away, and nobody retries it. */
export function abort(name: string, options: CommandOptions, terminal: Terminal): Promise<number> {
  return sendCommand(name, { verb: 'abort' }, options, terminal);
}
