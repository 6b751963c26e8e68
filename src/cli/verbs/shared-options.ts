import { Option } from 'commander';

export const fileOption = ['-f, --file <path>', 'file, folder or - for stdin; repeatable'] as const;

export const targetOption = ['--target <name>', 'Target, as it was applied'] as const;

export function outputOption(): Option {
  return new Option('-o, --output <form>', 'form of the output')
    .choices(['table', 'json'])
    .default('table');
}

/** For an option that may be repeated. */
export function collect(path: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, path];
}
