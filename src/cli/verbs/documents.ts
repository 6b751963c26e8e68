import type { Command } from 'commander';
import { apply, type ApplyOptions } from '../commands/apply.ts';
import { diff, type DiffOptions } from '../commands/diff.ts';
import { lint } from '../commands/lint.ts';
import { policy, type PolicyOptions } from '../commands/policy.ts';
import type { Terminal } from '../terminal.ts';
import { collect, fileOption, outputOption } from './shared-options.ts';

/** Verbs for documents: those of files, and those that are applied. */
export function addDocumentVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('lint')
    .description('check files: everything wrong in them, without a server')
    .requiredOption(...fileOption, collect)
    .action(async ({ file }: { file: string[] }) => done(await lint(file, terminal)));
  program
    .command('diff')
    .description('say what apply would change: exits 0 for nothing, 1 for something, 2 if unknown')
    .requiredOption(...fileOption, collect)
    .addOption(outputOption())
    .action(async (options: DiffOptions) => done(await diff(options, terminal)));
  program
    .command('apply')
    .description('store documents on the server; starts nothing')
    .requiredOption(...fileOption, collect)
    .addOption(outputOption())
    .action(async (options: ApplyOptions) => done(await apply(options, terminal)));
  program
    .command('policy <name>')
    .description('show an applied policy as it was written')
    .option('--effective', 'with all that it leaves out, and where each value comes from')
    .addOption(outputOption())
    .action(async (name: string, options: PolicyOptions) =>
      done(await policy(name, options, terminal)),
    );
}
