import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { printWarnings } from '../faults.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

/** Stores documents on the server, all or none. Starts nothing. */
export async function apply(paths: readonly string[], terminal: Terminal): Promise<number> {
  const files = await readFiles(paths, terminal);
  const answer = await new ApiClient(connectionOf(terminal.env)).apply(files);
  for (const { kind, name, revision, change } of answer.applied) {
    terminal.out(`${kind} ${name} ${change} (revision ${revision})\n`);
  }
  printWarnings(answer.warnings, terminal);
  const policies = answer.applied.filter(({ kind }) => kind === 'RolloutPolicy');
  for (const { name } of policies) {
    terminal.err(`nothing has started; next: crossfade start ${name}\n`);
  }
  return exitStatus.ok;
}
