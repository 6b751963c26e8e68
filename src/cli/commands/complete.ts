import { CrossfadeError } from '../../core/errors.ts';
import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Confirms contract, the point of no return; the name is given twice so that it is meant. */
export function complete(
  name: string,
  options: CommandOptions & { readonly confirm?: string },
  terminal: Terminal,
): Promise<number> {
  const { confirm = '' } = options;
  if (confirm !== name) {
    const message = `nothing was confirmed: from contract on a rollback would lose data, and only restore brings the old shape back, while its trash is kept (crossfade status ${name}); repeat the name: crossfade complete ${name} --confirm ${name}`;
    throw new CrossfadeError('invalidInput', message);
  }
  return sendCommand(name, { verb: 'complete', confirm }, options, terminal);
}
