import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';

/** Starts a rollout of the applied policy. */
export async function start(name: string, terminal: Terminal): Promise<number> {
  const rollout = await new ApiClient(connectionOf(terminal.env)).start(name);
  const steps = rollout.steps.map(stepWords).join(', ');
  terminal.out(
    `${rollout.policy} started: attempt ${rollout.attempt}, revision ${rollout.policyRevision}\n`,
  );
  terminal.err(`steps: ${steps}\nfollow it: crossfade status ${rollout.policy} --watch\n`);
  return exitStatus.ok;
}

/** `share 10%`, or `share 10% (then approval by approver)`. */
function stepWords({ name, approval }: RolloutView['steps'][number]): string {
  if (approval === undefined) return name;
  const { role, quorum } = approval;
  return `${name} (then ${quorum === 1 ? 'approval' : `${quorum} approvals`} by ${role})`;
}
