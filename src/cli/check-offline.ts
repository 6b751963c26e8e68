import { createHash } from 'node:crypto';

import { type CheckedFiles, checkFiles } from '../language/check-files.ts';
import { counted, printFaults, printWarnings } from './faults.ts';
import { readFiles } from './read-files.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads and checks files without a server, and says what is wrong or doubtful in them; null when
 * something is wrong. `count` is the number of files.
 */
export async function checkOffline(
  paths: readonly string[],
  terminal: Terminal,
): Promise<(CheckedFiles & { readonly count: number }) | null> {
  const files = await readFiles(paths, terminal);
  const checked = checkFiles(files, [], sha256);
  const faults = checked.faults.filter(({ kind }) => kind === 'wrong');
  const later = checked.faults.filter(({ kind }) => kind !== 'wrong');
  printFaults(faults, terminal);
  printWarnings(checked.warnings, terminal);
  // Of no concern offline, but `apply` would refuse it.
  printWarnings(later, terminal);
  if (faults.length === 0) return { ...checked, count: files.length };
  terminal.err(`${counted(faults.length, 'fault')} in ${counted(files.length, 'file')}\n`);
  return null;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
