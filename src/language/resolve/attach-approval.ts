import { defaults } from '../../core/policy/defaults.ts';
import { approvalOf, type Step, stepName } from '../../core/policy/step.ts';
import type { StepInput } from '../kinds/step.ts';

type ApproveInput = NonNullable<StepInput['approve']>;

/**
 * The step with what is asked for before it is left, or why that cannot be: `approve` is written as an item of its
 * own, and is the last gate of the step before it.
 */
export function attachApproval(
  step: Step | undefined,
  { role, quorum = 1, expires: expiresMs = defaults.approvalExpiresMs }: ApproveInput,
): Step | string {
  if (step === undefined) {
    return '`approve` asks whether the step before it may be left; write it after one';
  }
  if (step.kind === 'contract') {
    return '`approve` cannot come after `contract`; write `contract: { approve: admin }`';
  }
  if (approvalOf(step) !== undefined) {
    return `\`${stepName(step)}\` asks for approval already; for several persons write \`quorum: 2\``;
  }
  return { ...step, approval: { role, quorum, expiresMs } };
}
