import type { Role } from '../access/role.ts';
import type { Policy } from '../policy/policy.ts';
import { approvalOf } from '../policy/step.ts';
import type { Verb } from './observations.ts';

/**
 * Whom a verb takes at a step: contract, which cannot be undone, whomever the policy names for it; approval
 * whomever the step asks; all else an operator.
 */
export function roleForVerb({ steps }: Pick<Policy, 'steps'>, verb: Verb, at = 0): Role {
  if (verb === 'approve') return approvalOf(steps[at])?.role ?? 'operator';
  if (verb !== 'complete') return 'operator';
  const contract = steps.find(({ kind }) => kind === 'contract');
  return contract?.kind !== 'contract' || contract.approve === 'none'
    ? 'operator'
    : contract.approve;
}
