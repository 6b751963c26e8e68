import { createHash } from 'node:crypto';

import { checkFiles } from '../../language/check-files.ts';
import { exitStatus } from '../exit-status.ts';
import { counted, printFaults, printWarnings } from '../faults.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

/** Checks files without a server: everything wrong in them, all at once. */
export async function lint(paths: readonly string[], terminal: Terminal): Promise<number> {
  const files = await readFiles(paths, terminal);
  const checked = checkFiles(files, [], sha256);
  const faults = checked.faults.filter(({ kind }) => kind === 'wrong');
  const later = checked.faults.filter(({ kind }) => kind !== 'wrong');
  printFaults(faults, terminal);
  printWarnings(checked.warnings, terminal);
  // Of no concern to lint, but `apply` would refuse it.
  printWarnings(later, terminal);
  if (faults.length > 0) {
    terminal.err(`${counted(faults.length, 'fault')} in ${counted(files.length, 'file')}\n`);
    return exitStatus.invalid;
  }
  const documents = counted(checked.documents.length, 'document');
  terminal.err(`${counted(files.length, 'file')}, ${documents}: good\n`);
  return exitStatus.ok;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
