import { Argument, type Command } from 'commander';
import { completionScript, shells, type Shell } from '../completion/script.ts';
import { suggest } from '../completion/suggest.ts';
import {
  addContext,
  type ContextOptions,
  listContexts,
  removeContext,
  useContext,
} from '../commands/context.ts';
import { exitStatus } from '../exit-status.ts';
import type { OutputForm } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { outputOption } from './shared-options.ts';

/** Verbs that are about this command line itself: where it asks, and how a shell completes it. */
export function addOwnVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const context = program.command('context').description('keep servers by name, and choose one');
  context
    .command('add <name>')
    .description('keep an address, and where its token is found; never the token itself')
    .requiredOption('--url <address>', 'such as https://crossfade.example.com')
    .option('--token-env <variable>', 'variable that holds the token')
    .option('--token-file <path>', 'file that holds the token')
    .option('--use', 'use it from now on')
    .action((name: string, options: ContextOptions) => done(addContext(name, options, terminal)));
  context
    .command('use <name>')
    .description('use it from now on')
    .action((name: string) => done(useContext(name, terminal)));
  context
    .command('list')
    .description('all that are known; a star marks the one that is used')
    .addOption(outputOption())
    .action((options: { output?: OutputForm }) => done(listContexts(options, terminal)));
  context
    .command('remove <name>')
    .description('forget it')
    .action((name: string) => done(removeContext(name, terminal)));
  program
    .command('completion')
    .description('print what makes a shell complete verbs, options and names')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: Shell) => {
      terminal.out(completionScript(shell));
      done(exitStatus.ok);
    });
  program
    .command('__complete [words...]', { hidden: true })
    .description('what may stand where the last word is, for the scripts of `completion`')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const found = await suggest(program, words, terminal);
      terminal.out(found.map((one) => `${one}\n`).join(''));
      done(exitStatus.ok);
    });
}
