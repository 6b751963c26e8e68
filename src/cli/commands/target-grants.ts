import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { grantsText } from '../views/grants-text.ts';

export interface TargetGrantsOptions {
  readonly role?: string;
  readonly output?: OutputForm;
}

/** The statements that give a role what Crossfade needs on a target; fit to be piped into psql. */
export async function targetGrants(
  name: string,
  { role, output }: TargetGrantsOptions,
  terminal: Terminal,
): Promise<number> {
  const view = await new ApiClient(connectionOf(terminal.env)).grants(name, role);
  const names = () => [`target/${view.target}`];
  show(output, { data: view, table: () => grantsText(view), names }, terminal);
  return exitStatus.ok;
}
