import { type Command, Option } from 'commander';
import { type OutputForm, outputForms } from '../output.ts';

export const fileOption = ['-f, --file <path>', 'file, folder or - for stdin; repeatable'] as const;

export const targetOption = ['--target <name>', 'Target, as it was applied'] as const;

/** Every verb that shows something has it. */
export function outputOption(forms: readonly OutputForm[] = outputForms): Option {
  return new Option('-o, --output <form>', 'form of the output')
    .choices(forms)
    .default('table' satisfies OutputForm);
}

/** For an option that may be repeated. */
export function collect(path: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, path];
}

/** What follows something, and for how long. */
export function addWatch(command: Command, until: string): Command {
  return command
    .option('-w, --watch', `follow it ${until}`)
    .option('--timeout <duration>', 'stop following after this long, such as 10m');
}
