import { ApiClient, type Applied } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { printWarnings } from '../faults.ts';
import { type OutputForm, show } from '../output.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

export interface ApplyOptions {
  readonly file: readonly string[];
  readonly output?: OutputForm;
}

/** Stores documents on the server, all or none. Starts nothing. */
export async function apply({ file, output }: ApplyOptions, terminal: Terminal): Promise<number> {
  const files = await readFiles(file, terminal);
  const answer = await new ApiClient(connectionOf(terminal.env)).apply(files);
  const { applied } = answer;
  const shown = {
    data: { applied },
    table: () => applied.map(lineOf).join(''),
    names: () => applied.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
  };
  show(output, shown, terminal);
  printWarnings(answer.warnings, terminal);
  for (const { name } of applied.filter(({ kind }) => kind === 'RolloutPolicy')) {
    terminal.err(`nothing has started; next: crossfade start ${name}\n`);
  }
  return exitStatus.ok;
}

function lineOf({ kind, name, revision, change }: Applied['applied'][number]): string {
  return `${kind} ${name} ${change} (revision ${revision})\n`;
}
