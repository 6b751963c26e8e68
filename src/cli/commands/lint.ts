import type { Fault } from '../../core/errors.ts';
import { type CheckedOffline, printOffline, readOffline } from '../check-offline.ts';
import { exitStatus } from '../exit-status.ts';
import { counted } from '../faults.ts';
import { isForPerson, type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';

export interface LintOptions {
  readonly file: readonly string[];
  readonly output: OutputForm;
}

/** Checks files without a server: everything wrong in them, all at once. */
export async function lint({ file, output }: LintOptions, terminal: Terminal): Promise<number> {
  const read = await readOffline(file, terminal);
  const { checked, count, faults } = read;
  const isGood = faults.length === 0;
  if (isForPerson(output)) {
    printOffline(read, terminal);
    const documents = counted(checked.documents.length, 'document');
    if (isGood) terminal.err(`${counted(count, 'file')}, ${documents}: good\n`);
  } else {
    const names = () => checked.documents.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`);
    show(output, { data: dataOf(read), table: () => '', names }, terminal);
  }
  return isGood ? exitStatus.ok : exitStatus.invalid;
}

/** As `plan` has it, but for rules, which faults of form have none. */
function dataOf({ faults, warnings }: CheckedOffline): object {
  const as = (severity: 'error' | 'warning', found: readonly Fault[]) =>
    found.map(({ file, line, column, message }) => ({ severity, file, line, column, message }));
  return {
    verdict: faults.length === 0 ? 'go' : 'no-go',
    findings: [...as('error', faults), ...as('warning', warnings)],
  };
}
