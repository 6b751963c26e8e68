import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { instancesText } from '../views/instances-text.ts';

export interface InstancesOptions {
  readonly output?: 'table' | 'json';
}

/** Who is there, with versions and revisions; stragglers are marked. */
export async function instances(
  service: string | undefined,
  options: InstancesOptions,
  terminal: Terminal,
): Promise<number> {
  const list = await new ApiClient(connectionOf(terminal.env)).instances(service);
  const json = options.output === 'json';
  terminal.out(json ? `${JSON.stringify(list)}\n` : instancesText(list));
  return exitStatus.ok;
}
