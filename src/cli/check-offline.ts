import { createHash } from 'node:crypto';

import type { Fault } from '../core/errors.ts';
import { type CheckedFiles, checkFiles } from '../language/check-files.ts';
import { counted, printFaults, printWarnings } from './faults.ts';
import { readFiles } from './read-files.ts';
import type { Terminal } from './terminal.ts';

/** What files come to without a server. */
export interface CheckedOffline {
  readonly checked: CheckedFiles;
  /** The number of files. */
  readonly count: number;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/** Reads and checks files without a server, and says nothing. */
export async function readOffline(
  paths: readonly string[],
  terminal: Terminal,
): Promise<CheckedOffline> {
  const files = await readFiles(paths, terminal);
  const checked = checkFiles(files, [], sha256);
  const faults = checked.faults.filter(({ kind }) => kind === 'wrong');
  // Of no concern offline, but `apply` would refuse it.
  const later = checked.faults.filter(({ kind }) => kind !== 'wrong');
  return { checked, count: files.length, faults, warnings: [...checked.warnings, ...later] };
}

/** Says what is wrong or doubtful in files. */
export function printOffline(
  { faults, warnings, count }: CheckedOffline,
  terminal: Terminal,
): void {
  printFaults(faults, terminal);
  printWarnings(warnings, terminal);
  if (faults.length === 0) return;
  terminal.err(`${counted(faults.length, 'fault')} in ${counted(count, 'file')}\n`);
}

/** Both; null when something is wrong. `count` is the number of files. */
export async function checkOffline(
  paths: readonly string[],
  terminal: Terminal,
): Promise<(CheckedFiles & { readonly count: number }) | null> {
  const read = await readOffline(paths, terminal);
  printOffline(read, terminal);
  return read.faults.length === 0 ? { ...read.checked, count: read.count } : null;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
