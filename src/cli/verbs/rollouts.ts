import type { Command } from 'commander';
import { backfill, type BackfillOptions } from '../commands/backfill.ts';
import { history, type HistoryOptions } from '../commands/history.ts';
import { instances, type InstancesOptions } from '../commands/instances.ts';
import { parity, type ParityOptions } from '../commands/parity.ts';
import type { ReplayOptions } from '../commands/replay.ts';
import { start, type StartOptions } from '../commands/start.ts';
import { status, type StatusOptions } from '../commands/status.ts';
import { why } from '../commands/why.ts';
import type { Terminal } from '../terminal.ts';
import { addPersonVerbs } from './persons.ts';
import { addWatch, outputOption } from './shared-options.ts';

/** Verbs for rollouts under way: starting, watching, steering. `replay` alone brings the judge, and is loaded when asked for. */
export function addRolloutVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('start <name>')
    .description('start a rollout of an applied policy')
    .option('--queue', 'wait for the end of the rollouts that stand in its way')
    .action(async (name: string, options: StartOptions) =>
      done(await start(name, options, terminal)),
    );
  const shown = program.command('status [name]').description('show all rollouts, or one in full');
  addWatch(shown, 'until it ends')
    .addOption(outputOption())
    .action(async (name: string | undefined, options: StatusOptions) =>
      done(await status(name, options, terminal)),
    );
  program
    .command('why <name>')
    .description('explain the last decision')
    .addOption(outputOption())
    .action(async (name: string, options: Pick<StatusOptions, 'output'>) =>
      done(await why(name, options, terminal)),
    );
  program
    .command('history <name>')
    .description(
      'show what happened, oldest first: decisions, commands and alerts, by whom and why',
    )
    .option('--limit <number>', 'the last so many', '50')
    .option('--since <duration>', 'no longer ago than this, such as 2h')
    .addOption(outputOption())
    .action(async (name: string, options: HistoryOptions) =>
      done(await history(name, options, terminal)),
    );
  program
    .command('replay [decision-or-name]')
    .description('decide a decision or a whole rollout again, here, and compare to the last bit')
    .option('-f, --file <path>', 'replay a history that was printed as JSON; - for stdin')
    .addOption(outputOption())
    .action(async (what: string | undefined, options: ReplayOptions) => {
      const { replay } = await import('../commands/replay.ts');
      done(await replay(what, options, terminal));
    });
  const listed = program
    .command('instances [service]')
    .description('show who is there, with versions and revisions, and who is behind');
  addWatch(listed, 'until it is stopped')
    .addOption(outputOption())
    .action(async (service: string | undefined, options: InstancesOptions) =>
      done(await instances(service, options, terminal)),
    );
  addPersonVerbs(program, terminal, done);
  addBackfill(program, terminal, done);
  addParity(program, terminal, done);
}

function addBackfill(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const shown = program
    .command('backfill <name>')
    .description('show how far a backfill is, or change how hard it presses while it runs');
  addWatch(shown, 'until it is done')
    .option('--batch-time <duration>', 'how long one batch should take, such as 50ms')
    .option('--nice <number>', 'rest after each batch, by the time that it took')
    .option('--pause', 'stop after the batch at work')
    .option('--resume', 'let it go on')
    .option('--max-lag <duration>', 'wait while a replica is further behind; none: never')
    .option('--max-active <number>', 'wait while more sessions of others are at work')
    .option('--max-wal <number>', 'wait while more megabytes of WAL a second are written')
    .option('--anytime', 'let it work outside of the hours that its policy gives it')
    .option('--max-dead <number>', 'wait while there are more dead rows for each live one')
    .addOption(outputOption())
    .action(async (name: string, options: BackfillOptions) =>
      done(await backfill(name, options, terminal)),
    );
}

function addParity(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('parity <name>')
    .description('compare both shapes now, and wait for what is found')
    .option('--unit <id>', 'compare nothing but the rows of this unit')
    .option('--rows', 'show the first rows that differ, without their values')
    .option('--no-wait', 'begin it, and leave')
    .option('--last', 'show what the newest check has found, and begin none')
    .option('--timeout <duration>', 'stop waiting after this long, such as 10m')
    .addOption(outputOption())
    .action(async (name: string, options: ParityOptions) =>
      done(await parity(name, options, terminal)),
    );
}
