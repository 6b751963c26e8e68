import { describe, expect, it } from '@jest/globals';
import { approvedPolicy } from '../../../test/support/approved-policy.ts';
import { unroutedPolicy } from '../../../test/support/unrouted-policy.ts';
import { roleForVerb } from './role-for-verb.ts';

const contractFor = (approve: 'none' | 'operator' | 'approver' | 'admin') => ({
  steps: unroutedPolicy.steps.map((step) =>
    step.kind === 'contract' ? { ...step, approve } : step,
  ),
});

describe('the role that a verb takes', () => {
  it('contract is for whom the policy names', () => {
    expect(roleForVerb(contractFor('approver'), 'complete')).toBe('approver');
    expect(roleForVerb(contractFor('admin'), 'complete')).toBe('admin');
    expect(roleForVerb(contractFor('none'), 'complete')).toBe('operator');
    expect(roleForVerb({ steps: [] }, 'complete')).toBe('operator');
  });

  it('approval is for whom the step asks', () => {
    const steps = approvedPolicy.steps;
    const at = steps.findIndex(({ kind }) => kind === 'share');
    expect(roleForVerb({ steps }, 'approve', at)).toBe('approver');
    expect(roleForVerb({ steps }, 'approve', 0)).toBe('operator');
  });

  it('whoever is on call may always send units back', () => {
    expect(roleForVerb(contractFor('admin'), 'rollback')).toBe('operator');
    expect(roleForVerb(contractFor('admin'), 'pause')).toBe('operator');
  });
});
