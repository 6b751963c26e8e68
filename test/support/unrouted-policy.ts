import type { Policy } from '../../src/core/policy/policy.ts';
import type { Step } from '../../src/core/policy/step.ts';
import { examplePolicy } from './example-policy.ts';

const failAfter = { failures: 1, of: 1 };

/** The example's change without a flag: guarded by the target's health alone. */
export const unroutedPolicy: Policy = {
  ...examplePolicy,
  route: 'none',
  rings: [],
  pinned: { old: [], until: 'soak' },
  guards: [
    { name: 'errors', threshold: 'lock_wait', maxMs: 500, failAfter },
    { name: 'reads', threshold: 'longest_transaction', maxMs: 5_000, failAfter, onFail: 'hold' },
  ],
  steps: examplePolicy.steps.flatMap((step): readonly Step[] => {
    if (step.kind === 'shadow' || step.kind === 'ring' || step.kind === 'share') return [];
    return step.kind === 'contract' ? [{ ...step, approve: 'admin' }] : [step];
  }),
};
