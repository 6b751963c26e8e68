import { checkGuards } from './check-guards.ts';
import { checkHistory } from './check-history.ts';
import { checkOperations } from './check-operations.ts';
import { checkPlan } from './check-plan.ts';
import { checkRings } from './check-rings.ts';
import { checkWindows } from './check-windows.ts';
import type { Finding } from './finding.ts';
import type { Policy } from './policy.ts';

/** Everything in a policy that cannot work, or that its writer should know. Pure. */
export function checkPolicy(policy: Policy): readonly Finding[] {
  return [
    ...checkPlan(policy),
    ...checkRings(policy),
    ...checkGuards(policy),
    ...checkHistory(policy),
    ...checkOperations(policy),
    ...checkWindows(policy),
  ];
}
