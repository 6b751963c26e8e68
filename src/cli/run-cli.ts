import { Command, CommanderError } from 'commander';

import { CrossfadeError } from '../core/errors.ts';
import { exitStatus, statusOfError } from './exit-status.ts';
import { printFaults } from './faults.ts';
import type { Terminal } from './terminal.ts';
import { addAccessVerbs } from './verbs/access.ts';
import { addDocumentVerbs } from './verbs/documents.ts';
import { addEndingVerbs } from './verbs/endings.ts';
import { addFileVerbs } from './verbs/files.ts';
import { addOwnVerbs } from './verbs/own.ts';
import { addRolloutVerbs } from './verbs/rollouts.ts';
import { addTargetVerbs } from './verbs/targets.ts';

/** Runs one command line and answers the exit status. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = { ...terminal, env: { ...terminal.env } };
  let result: number = exitStatus.ok;
  const program = programOf(given, (code) => {
    result = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return result;
  } catch (error) {
    return statusOfFailure(error, terminal);
  }
}

function statusOfFailure(error: unknown, terminal: Terminal): number {
  // Commander has printed its own message by now; asking for help is no failure.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitStatus.ok : exitStatus.invalid;
  if (!(error instanceof CrossfadeError)) throw error;
  printFaults(error.faults, terminal);
  terminal.err(`crossfade: ${error.message}\n`);
  return statusOfError(error.code);
}

const exitHelp = `
Exit status: 0 ok, 1 error, 2 invalid input, 3 rolled back or aborted, 4 paused, frozen or held,
5 timeout, 6 conflict, 7 not allowed.
Server: a context, or CROSSFADE_URL (http://127.0.0.1:4400), CROSSFADE_TOKEN or the token file in CROSSFADE_DATA_DIR.`;

/** What stands on the command line goes before the environment, and the verbs know the environment alone. */
type Given = Terminal & { readonly env: Record<string, string | undefined> };

function programOf(terminal: Given, done: (code: number) => void): Command {
  const program = new Command('crossfade')
    .description('Carries database migrations into production as canaries, and back.')
    .addHelpText('after', exitHelp)
    .option('--context <name>', 'the server to ask; see `crossfade context`')
    .option('--no-color', 'no colours, also in a terminal')
    .hook('preAction', () => {
      const { color, context } = program.opts<{ color: boolean; context?: string }>();
      if (!color) terminal.env['NO_COLOR'] = '1';
      if (context !== undefined) terminal.env['CROSSFADE_CONTEXT'] = context;
    })
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  addDocumentVerbs(program, terminal, done);
  addFileVerbs(program, terminal, done);
  addTargetVerbs(program, terminal, done);
  addRolloutVerbs(program, terminal, done);
  addEndingVerbs(program, terminal, done);
  addAccessVerbs(program, terminal, done);
  addOwnVerbs(program, terminal, done);
  return program;
}
