import { CrossfadeError } from '../../core/errors.ts';
import { importFiles } from '../../language/import/import-files.ts';
import { exitStatus } from '../exit-status.ts';
import { counted, printFaults } from '../faults.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

/** What `import` is told besides its files. */
export interface ImportOptions {
  readonly file: readonly string[];
  /** `NAME=VALUE`, for the arguments of AnalysisTemplates. */
  readonly arg?: readonly string[];
  readonly output: 'yaml' | 'json';
}

/** Turns templates of Argo, Flagger and Kayenta into guards: these to stdout, what is lost to stderr. */
export async function importTemplates(options: ImportOptions, terminal: Terminal): Promise<number> {
  const args = argumentsOf(options.arg ?? []);
  const files = await readFiles(options.file, terminal);
  const imported = importFiles(files, args);
  if (imported.faults.length > 0) {
    printFaults(imported.faults, terminal);
    const faults = counted(imported.faults.length, 'fault');
    terminal.err(`${faults} in ${counted(files.length, 'file')}; nothing is imported\n`);
    return exitStatus.invalid;
  }
  const { documents, yaml, remarks, left } = imported;
  const json = { documents, remarks, notCarriedOver: left };
  terminal.out(options.output === 'json' ? `${JSON.stringify(json, null, 2)}\n` : yaml);
  const lost = left.map((fault) => ({ ...fault, message: `not carried over: ${fault.message}` }));
  printFaults(lost, { ...terminal, out: terminal.err });
  terminal.err(`${counted(documents.length, 'document')}, ${left.length} not carried over\n`);
  return exitStatus.ok;
}

function argumentsOf(written: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    written.map((text) => {
      const [name = '', ...value] = text.split('=');
      if (name !== '' && value.length > 0) return [name, value.join('=')];
      throw new CrossfadeError('invalidInput', `--arg is \`${text}\`; expected NAME=VALUE`);
    }),
  );
}
