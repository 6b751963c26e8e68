import type { Command } from 'commander';
import { cleanup, type CleanupOptions } from '../commands/cleanup.ts';
import { restore, type RestoreOptions } from '../commands/restore.ts';
import { outputOption } from './shared-options.ts';
import type { Terminal } from '../terminal.ts';

/** Verbs for what a rollout has left behind. */
export function addEndingVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('restore <name>')
    .description('bring back what contract took away, beside the new shape')
    .option('--confirm <name>', 'the name again')
    .option('--timeout <duration>', 'stop waiting after this long, such as 10m')
    .action(async (name: string, options: RestoreOptions) =>
      done(await restore(name, options, terminal)),
    );
  program
    .command('cleanup <name>')
    .description('name what a rollout has left behind; with --confirm, take it away')
    .option('--confirm <name>', 'the name again')
    .addOption(outputOption())
    .action(async (name: string, options: CleanupOptions) =>
      done(await cleanup(name, options, terminal)),
    );
}
