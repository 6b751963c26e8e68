import { randomUUID } from 'node:crypto';

import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';

/** What whoever tries again may add. */
export interface RetryOptions {
  readonly requestId?: string;
  readonly queue?: boolean;
}

/** Begins a new attempt of what was rolled back, on the shape that it left. */
export async function retry(
  name: string,
  { requestId = randomUUID(), queue }: RetryOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const rollout = await client.retry(name, requestId, queue);
  const { policy, attempt, policyRevision, adopts } = rollout;
  const shape = adopts
    ? `the shape that attempt ${attempt - 1} left is used again`
    : `the shape that attempt ${attempt - 1} left was put away: it is made anew`;
  const begun = rollout.ahead === undefined ? 'retried' : 'queued';
  terminal.out(`${policy} ${begun}: attempt ${attempt}, revision ${policyRevision}; ${shape}\n`);
  terminal.err(`follow it: crossfade status ${policy} --watch\n`);
  return exitStatus.ok;
}
