import { CrossfadeError } from '../../core/errors.ts';
import type { Terminal } from '../terminal.ts';
import { sendCommand, type CommandOptions } from './send-command.ts';

/** Sends every unit back to the old side; what they wrote stays. */
export async function rollback(
  name: string,
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  try {
    return await sendCommand(name, { verb: 'rollback' }, options, terminal);
  } catch (error) {
    if (error instanceof CrossfadeError && error.code === 'unavailable') throw notDone(name, error);
    throw error;
  }
}

/** Whoever types this at night must not believe that something happened. */
function notDone(name: string, error: CrossfadeError): CrossfadeError {
  const arrived = error.message.includes('ECONNREFUSED')
    ? 'Nothing was asked for and nothing was changed.'
    : 'Whether the request arrived is not known.';
  const message = [
    `${name} was NOT rolled back by this command: ${error.message}`,
    arrived,
    'Units stay on the side that serves them now: instances keep their last route until it is too old for them.',
    `Start the server again; then repeat: crossfade rollback ${name}`,
  ].join('\n');
  return new CrossfadeError('unavailable', message, { cause: error });
}
