import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { readFiles } from '../read-files.ts';
import { isForPerson, type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { infoText } from '../views/info-text.ts';

export interface InfoOptions {
  readonly target: string;
  readonly file?: readonly string[];
  readonly output?: OutputForm;
}

/** What was carried out on a target, by whatever tool, and what is known for it and was not. */
export async function info(options: InfoOptions, terminal: Terminal): Promise<number> {
  const paths = options.file ?? [];
  const files = paths.length === 0 ? [] : await readFiles(paths, terminal, '.sql .ts .js');
  const answer = await new ApiClient(connectionOf(terminal.env)).info(options.target, files);
  const shown = {
    data: answer,
    table: () => infoText(answer.migrations, terminal),
    names: () => answer.migrations.map(({ version }) => `schemamigration/${version}`),
  };
  show(options.output, shown, terminal);
  if (isForPerson(options.output)) for (const one of answer.changed) terminal.err(`${one}\n`);
  return answer.changed.length === 0 ? exitStatus.ok : exitStatus.conflict;
}
