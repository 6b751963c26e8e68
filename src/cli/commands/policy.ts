import { CrossfadeError } from '../../core/errors.ts';
import type { EffectivePolicy } from '../../core/protocol/document-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show, type Shown } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { effectiveText } from '../views/effective-text.ts';

export interface PolicyOptions {
  readonly effective?: boolean;
  readonly output?: OutputForm;
}

/** An applied policy as it was written; `--effective` with all that it leaves out, and where that comes from. */
export async function policy(
  name: string,
  { effective = false, output }: PolicyOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const shown = effective
    ? effectiveShown(await client.effectivePolicy(name))
    : await writtenShown(client, name);
  show(output, shown, terminal);
  return exitStatus.ok;
}

function effectiveShown(effective: EffectivePolicy): Shown {
  return {
    data: effective,
    table: () => effectiveText(effective),
    names: () => [`rolloutpolicy/${effective.policy}`],
  };
}

async function writtenShown(client: ApiClient, name: string): Promise<Shown> {
  const found = (await client.documents()).find(
    (one) => one.kind === 'RolloutPolicy' && one.name === name,
  );
  if (found === undefined) {
    throw new CrossfadeError('notFound', `no policy ${name}; apply it first`);
  }
  const { text } = found;
  const table = () => (text.endsWith('\n') ? text : `${text}\n`);
  return { data: found, table, names: () => [`rolloutpolicy/${name}`] };
}
