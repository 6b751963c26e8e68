import type { Command } from 'commander';
import { abort } from '../commands/abort.ts';
import { alerts, type AlertsOptions } from '../commands/alerts.ts';
import { approve } from '../commands/approve.ts';
import { complete } from '../commands/complete.ts';
import { dismiss, type DismissOptions } from '../commands/dismiss.ts';
import { drill, type DrillOptions } from '../commands/drill.ts';
import { freeze } from '../commands/freeze.ts';
import { override, type OverrideOptions } from '../commands/override.ts';
import { pause } from '../commands/pause.ts';
import { promote } from '../commands/promote.ts';
import { rebase, type RebaseOptions } from '../commands/rebase.ts';
import { resume } from '../commands/resume.ts';
import { retry, type RetryOptions } from '../commands/retry.ts';
import { rollback, type RollbackOptions } from '../commands/rollback.ts';
import type { CommandOptions } from '../commands/send-command.ts';
import { unfreeze } from '../commands/unfreeze.ts';
import { addWatch, outputOption } from './shared-options.ts';
import type { Terminal } from '../terminal.ts';

const verbs = [
  ['pause', 'stop a rollout where it is', pause],
  ['resume', 'let a stopped rollout go on', resume],
  ['promote', 'go on before the bake is over, never past the evidence', promote],
  ['approve', 'agree that a step be left, where the policy asks for it', approve],
  ['abort', 'roll back and end it: the new shape is put away', abort],
  ['freeze', 'let nothing move, not even back', freeze],
  ['unfreeze', 'lift a freeze; it stays paused', unfreeze],
  ['complete', 'confirm contract, the point of no return', complete],
] as const;

/** What people ask of a rollout under way. */
export function addPersonVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  for (const [verb, description, run] of verbs) {
    const command = asked(program, `${verb} <name>`, description).action(
      async (name: string, options: CommandOptions) => done(await run(name, options, terminal)),
    );
    if (verb === 'complete') command.option('--confirm <name>', 'the name again');
  }
  asked(program, 'rollback [name]', 'send every unit back to the old side, also without a server')
    .option('--all', 'of every rollout that is under way')
    .action(async (name: string | undefined, options: RollbackOptions) =>
      done(await rollback(name, options, terminal)),
    );
  asked(program, 'override <name>', 'set a guard aside for a time')
    .requiredOption('--guard <name>', 'which guard')
    .requiredOption('--for <duration>', 'for how long, up to 24h')
    .action(async (name: string, options: OverrideOptions) =>
      done(await override(name, options, terminal)),
    );
  addAlertVerbs(program, terminal, done);
  addDrill(program, terminal, done);
  addRebase(program, terminal, done);
  program
    .command('retry <name>')
    .description('begin a new attempt of what was rolled back, on the shape that it left')
    .option('--queue', 'wait for the end of the rollouts that stand in its way')
    .option('--request-id <id>', 'sending the same id twice is one attempt')
    .action(async (name: string, options: RetryOptions) =>
      done(await retry(name, options, terminal)),
    );
}

function addDrill(program: Command, terminal: Terminal, done: (code: number) => void): void {
  asked(program, 'drill <name>', 'move one unit to the new side and back, and measure both ways')
    .option('--unit <id>', 'which unit; that of the policy if not given')
    .option('--timeout <duration>', 'stop waiting after this long, such as 2m')
    .action(async (name: string, options: DrillOptions) =>
      done(await drill(name, options, terminal)),
    );
}

function addRebase(program: Command, terminal: Terminal, done: (code: number) => void): void {
  asked(program, 'rebase <name>', 'move it onto a newer revision, where what is to come differs')
    .option(
      '--revision <revision>',
      'of the policy, as apply named it; the applied one if not given',
    )
    .option('--confirm', 'also where less would stand between harm and the units')
    .option('--dry-run', 'show what would change, change nothing')
    .action(async (name: string, options: RebaseOptions) =>
      done(await rebase(name, options, terminal)),
    );
}

function addAlertVerbs(program: Command, terminal: Terminal, done: (code: number) => void): void {
  addWatch(
    program
      .command('alerts')
      .description('show what fires, which rollouts it concerns, and what it led to')
      .option('--all', 'also what is over'),
    'until it is stopped',
  )
    .addOption(outputOption())
    .action(async (options: AlertsOptions) => done(await alerts(options, terminal)));
  asked(program, 'dismiss <name>', 'let one firing alert neither hold a rollout nor roll it back')
    .requiredOption('--alert <id>', 'which alert, as `crossfade alerts` names it')
    .action(async (name: string, options: DismissOptions) =>
      done(await dismiss(name, options, terminal)),
    );
}

function asked(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--reason <text>', 'why, for the record')
    .option('--request-id <id>', 'sending the same id twice is one command');
}
