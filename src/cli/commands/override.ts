import { CrossfadeError } from '../../core/errors.ts';
import type { Terminal } from '../terminal.ts';
import { durationFrom } from '../views/words.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

export interface OverrideOptions extends CommandOptions {
  readonly guard: string;
  readonly for: string;
}

/** Sets one guard aside for a time, with a reason that stays in the record. */
export function override(
  name: string,
  { guard, for: duration, ...options }: OverrideOptions,
  terminal: Terminal,
): Promise<number> {
  if ((options.reason ?? '').trim() === '') {
    const message = `nothing was overridden: say why, for whoever reads it later: --reason 'the metric counts twice'`;
    throw new CrossfadeError('invalidInput', message);
  }
  const forMs = durationFrom(duration);
  return sendCommand(name, { verb: 'override', guard, forMs }, options, terminal);
}
