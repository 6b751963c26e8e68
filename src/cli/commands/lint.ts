import { checkOffline } from '../check-offline.ts';
import { exitStatus } from '../exit-status.ts';
import { counted } from '../faults.ts';
import type { Terminal } from '../terminal.ts';

/** Checks files without a server: everything wrong in them, all at once. */
export async function lint(paths: readonly string[], terminal: Terminal): Promise<number> {
  const checked = await checkOffline(paths, terminal);
  if (checked === null) return exitStatus.invalid;
  const documents = counted(checked.documents.length, 'document');
  terminal.err(`${counted(checked.count, 'file')}, ${documents}: good\n`);
  return exitStatus.ok;
}
