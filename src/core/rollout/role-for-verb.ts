import type { Role } from '../access/role.ts';
import type { Policy } from '../policy/policy.ts';
import type { Verb } from './observations.ts';

/** Whom a verb takes: contract, which cannot be undone, whomever the policy names for it; all else an operator. */
export function roleForVerb({ steps }: Pick<Policy, 'steps'>, verb: Verb): Role {
  if (verb !== 'complete') return 'operator';
  const contract = steps.find(({ kind }) => kind === 'contract');
  return contract?.kind !== 'contract' || contract.approve === 'none'
    ? 'operator'
    : contract.approve;
}
