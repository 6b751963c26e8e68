import { CrossfadeError } from '../../core/errors.ts';
import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

export interface DismissOptions extends CommandOptions {
  readonly alert: string;
}

/** Lets one firing alert neither hold a rollout nor roll it back, with a reason that stays in the record. */
export function dismiss(
  name: string,
  { alert, ...options }: DismissOptions,
  terminal: Terminal,
): Promise<number> {
  if ((options.reason ?? '').trim() === '') {
    const message = `nothing was dismissed: say why, for whoever reads it later: --reason 'a test of the pager'`;
    throw new CrossfadeError('invalidInput', message);
  }
  return sendCommand(name, { verb: 'dismiss', alert }, options, terminal);
}
