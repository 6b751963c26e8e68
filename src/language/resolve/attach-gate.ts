import { defaults } from '../../core/policy/defaults.ts';
import { approvalOf, type Step, stepName } from '../../core/policy/step.ts';
import type { StepInput } from '../kinds/step.ts';

type ApproveInput = NonNullable<StepInput['approve']>;

/**
 * The step with what is asked for before it is left, or why that cannot be: `approve` is written as an item of its
 * own, and is the last gate of the step before it.
 */
function attachApproval(
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

type DrillInput = NonNullable<StepInput['drill']>;

/** The shadow step with the drill that it requires, or why that cannot be. */
function attachDrill(step: Step | undefined, { unit, maxAge }: DrillInput): Step | string {
  if (step?.kind !== 'shadow') {
    return '`drill` comes right after `shadow`, while nobody is on the new side yet';
  }
  if (step.drill !== undefined) return '`drill` is given twice; keep one';
  return { ...step, drill: { unit, ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }) } };
}

/** The step before with what an item adds to its end; null for an item that is a step of its own. */
export function attachGate(step: Step | undefined, item: StepInput): Step | string | null {
  if (item.approve !== undefined) return attachApproval(step, item.approve);
  return item.drill === undefined ? null : attachDrill(step, item.drill);
}
