import type { Policy } from '../../src/core/policy/policy.ts';
import { isOfRamp } from '../../src/core/policy/step.ts';
import { examplePolicy } from './example-policy.ts';

/** The policy in which two approvers agree before each ring and share is left. */
export const approvedPolicy: Policy = {
  ...examplePolicy,
  steps: examplePolicy.steps.map((step) =>
    isOfRamp(step)
      ? { ...step, approval: { role: 'approver', quorum: 2, expiresMs: 20_000 } }
      : step,
  ),
};
