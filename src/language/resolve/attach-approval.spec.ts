import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../core/policy/step.ts';
import { attachApproval } from './attach-approval.ts';

const soak: Step = { kind: 'soak', forMs: 1_000 };
const contract: Step = { kind: 'contract', approve: 'admin', trashForMs: 1_000 };

describe('an approval', () => {
  it('belongs to the step before it, asks one person, and is good for a day', () => {
    expect(attachApproval(soak, { role: 'approver' })).toEqual({
      ...soak,
      approval: { role: 'approver', quorum: 1, expiresMs: 86_400_000 },
    });
    expect(attachApproval(soak, { role: 'admin', quorum: 2, expires: 60_000 })).toMatchObject({
      approval: { role: 'admin', quorum: 2, expiresMs: 60_000 },
    });
  });

  it('stands after a step that can ask for it, and once', () => {
    const role = 'approver' as const;
    expect(attachApproval(undefined, { role })).toMatch(/write it after one$/);
    expect(attachApproval(contract, { role })).toMatch(/write `contract: \{ approve: admin \}`$/);
    const asking = { ...soak, approval: { role, quorum: 1, expiresMs: 1_000 } };
    expect(attachApproval(asking, { role })).toMatch(/write `quorum: 2`$/);
  });
});
