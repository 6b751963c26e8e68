import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';

/** Starts a rollout of the applied policy. */
export async function start(name: string, terminal: Terminal): Promise<number> {
  const rollout = await new ApiClient(connectionOf(terminal.env)).start(name);
  const steps = rollout.steps.map((step) => step.name).join(', ');
  terminal.out(
    `${rollout.policy} started: attempt ${rollout.attempt}, revision ${rollout.policyRevision}\n`,
  );
  terminal.err(`steps: ${steps}\nfollow it: crossfade status ${rollout.policy} --watch\n`);
  return exitStatus.ok;
}
