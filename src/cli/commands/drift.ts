import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { isForPerson, type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { driftText } from '../views/drift-text.ts';
import { safe } from '../views/words.ts';
import { personOf } from './send-command.ts';

export interface DriftOptions {
  readonly target: string;
  readonly accept?: string;
  readonly output?: OutputForm;
}

/**
 * What others have changed on a target under rollouts that live there; or takes that for good. Exit
 * status 4 while there is any, since it holds those rollouts.
 */
export async function drift(options: DriftOptions, terminal: Terminal): Promise<number> {
  const { target, accept, output } = options;
  const client = new ApiClient(connectionOf(terminal.env));
  if (accept !== undefined) {
    const request = { migration: accept, ...personOf(terminal.env) };
    const { changes } = await client.acceptDrift(target, request);
    for (const change of changes) terminal.out(`${safe(`${accept}  taken: ${change}`)}\n`);
    return exitStatus.ok;
  }
  const view = await client.drift(target);
  const names = () => view.drift.map(({ migration }) => `schemamigration/${migration}`);
  show(output, { data: view, table: () => driftText(view, target), names }, terminal);
  if (isForPerson(output) && view.guard !== null) terminal.err(`${safe(`note: ${view.guard}`)}\n`);
  return view.drift.length === 0 ? exitStatus.ok : exitStatus.stopped;
}
