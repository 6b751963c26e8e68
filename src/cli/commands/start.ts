import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { safe, span } from '../views/words.ts';

/** What whoever starts may add. */
export interface StartOptions {
  readonly queue?: boolean;
}

/** Starts a rollout of the applied policy, or has it wait for those in its way. */
export async function start(
  name: string,
  { queue }: StartOptions,
  terminal: Terminal,
): Promise<number> {
  const rollout = await new ApiClient(connectionOf(terminal.env)).start(name, queue);
  const steps = rollout.steps.map(stepWords).join(', ');
  const { policy, attempt, policyRevision, ahead, phase } = rollout;
  if (phase === 'completed') {
    terminal.out(`${policy} nothing to do: attempt ${attempt} has carried it out already\n`);
    terminal.err(`what is left of it: crossfade cleanup ${policy}\n`);
    return exitStatus.ok;
  }
  const begun = ahead === undefined ? 'started' : 'queued';
  terminal.out(`${policy} ${begun}: attempt ${attempt}, revision ${policyRevision}\n`);
  for (const line of aheadLines(rollout)) terminal.err(`${line}\n`);
  terminal.err(`steps: ${steps}\nfollow it: crossfade status ${rollout.policy} --watch\n`);
  return exitStatus.ok;
}

/** `share 10%`, or `share 10% (then approval by approver)`. */
function stepWords({ name, approval }: RolloutView['steps'][number]): string {
  if (approval === undefined) return name;
  const { role, quorum } = approval;
  return `${name} (then ${quorum === 1 ? 'approval' : `${quorum} approvals`} by ${role})`;
}

/** `behind users-locale-1 at share 10%, which changes users as well; ends in 4h at the earliest`. */
function aheadLines({ ahead = [], now }: RolloutView): readonly string[] {
  return ahead.map(({ rollout, step, shares, endsAt }) => {
    const what = `behind ${safe(rollout)} at ${safe(step)}, which ${safe(shares)}`;
    return `${what}; it ends in ${span(endsAt - now)} at the earliest`;
  });
}
