import type { Command } from 'commander';
import { apply, type ApplyOptions } from '../commands/apply.ts';
import type { DiffOptions } from '../commands/diff.ts';
import type { LintOptions } from '../commands/lint.ts';
import { policy, type PolicyOptions } from '../commands/policy.ts';
import type { Terminal } from '../terminal.ts';
import { collect, fileOption, outputOption } from './shared-options.ts';

/** Verbs for documents: those of files, and those that are applied. What brings the parser is loaded when asked for. */
export function addDocumentVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('lint')
    .description('check files: everything wrong in them, without a server')
    .requiredOption(...fileOption, collect)
    .addOption(outputOption())
    .action(async (options: LintOptions) => {
      const { lint } = await import('../commands/lint.ts');
      done(await lint(options, terminal));
    });
  addSetOptions(
    program
      .command('diff')
      .description(
        'say what apply would change: exits 0 for nothing, 1 for something, 2 if unknown',
      )
      .option(...fileOption, collect)
      .option('--drift', 'what people have applied over sets instead'),
  )
    .addOption(outputOption())
    .action(async (options: DiffOptions) => {
      const { diff } = await import('../commands/diff.ts');
      done(await diff(options, terminal));
    });
  addSetOptions(
    program
      .command('apply')
      .description('store documents on the server, all or none; starts nothing')
      .requiredOption(...fileOption, collect)
      .option('--commit <sha>', 'commit that the set is at, where git does not say it')
      .option('--dry-run', 'only say what would happen'),
  )
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

/** One folder as a whole, so that what is no longer in it can be found. */
function addSetOptions(command: Command): Command {
  return command
    .option('--set <name>', 'the folder as this set; named after repository and folder without')
    .option('--prune', 'take away what the set had and the folder no longer has');
}
