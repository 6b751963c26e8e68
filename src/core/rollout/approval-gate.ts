import { type Approval, approvalOf } from '../policy/step.ts';
import type { Context } from './context.ts';
import { currentStep } from './current-step.ts';
import { type Gate, hold } from './gate.ts';
import type { GivenApproval } from './rollout.ts';

type Asking = Pick<Context, 'policy' | 'rollout' | 'now'>;

/** The code of a hold for want of approvals. */
const approvalHold = 'approval';

/**
 * The approvals that count: of this stay in the step, of the policy as it is, and not older than they are good
 * for. A pause, a rollback or another revision begins a new stay and thereby voids them.
 */
export function standingApprovals(context: Asking): readonly GivenApproval[] {
  const asked = approvalOf(currentStep(context));
  return asked === undefined ? [] : given(context).filter((one) => stands(context, asked, one));
}

/** What keeps a step from being left for want of persons who agree; null when nothing does. */
export function approvalGate(context: Asking): Gate | null {
  const asked = approvalOf(currentStep(context));
  if (asked === undefined) return null;
  const standing = standingApprovals(context);
  if (standing.length >= asked.quorum) return null;
  const lapsed = given(context).filter((one) => !standing.includes(one));
  const anew = lapsed.length === 0 ? '' : `; that of ${namesOf(lapsed)} is good no more`;
  const words = `${askingWords(asked, standing)}: crossfade approve ${context.policy.name}${anew}`;
  // That it is asked for once more is worth a record of its own.
  return hold(lapsed.length === 0 ? approvalHold : `${approvalHold}:anew`, words);
}

/** `approval by approver`, and with several `2 approvals by approver, 1 missing (given by alice)`. */
function askingWords({ role, quorum }: Approval, standing: readonly GivenApproval[]): string {
  if (quorum === 1) return `approval by ${role}`;
  const so = standing.length === 0 ? '' : ` (given by ${namesOf(standing)})`;
  return `${quorum} approvals by ${role}, ${quorum - standing.length} missing${so}`;
}

/** `; approved by alice (token 1)`, or nothing where nobody was asked. */
export function approvedWords(context: Asking): string {
  const standing = standingApprovals(context);
  return standing.length === 0 ? '' : `; approved by ${namesOf(standing)}`;
}

function namesOf(approvals: readonly GivenApproval[]): string {
  return approvals.map(({ by }) => by).join(', ');
}

function given({ rollout }: Asking): readonly GivenApproval[] {
  return rollout.step.approvals ?? [];
}

function stands({ policy, now }: Asking, { expiresMs }: Approval, one: GivenApproval): boolean {
  return one.revision === policy.revision && now < one.at + expiresMs;
}
