import { randomUUID } from 'node:crypto';

import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';

/** Begins a new attempt of what was rolled back, on the shape that it left. */
export async function retry(
  name: string,
  { requestId = randomUUID() }: { readonly requestId?: string },
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const { policy, attempt, policyRevision, adopts } = await client.retry(name, requestId);
  const shape = adopts
    ? `the shape that attempt ${attempt - 1} left is used again`
    : `the shape that attempt ${attempt - 1} left was put away: it is made anew`;
  terminal.out(`${policy} retried: attempt ${attempt}, revision ${policyRevision}; ${shape}\n`);
  terminal.err(`follow it: crossfade status ${policy} --watch\n`);
  return exitStatus.ok;
}
