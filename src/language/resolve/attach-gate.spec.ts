import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../core/policy/step.ts';
import { attachGate } from './attach-gate.ts';

const soak: Step = { kind: 'soak', forMs: 1_000 };
const contract: Step = { kind: 'contract', approve: 'admin', trashForMs: 1_000 };

const approve = { role: 'approver' } as const;

describe('an approval', () => {
  it('belongs to the step before it, asks one person, and is good for a day', () => {
    expect(attachGate(soak, { approve })).toEqual({
      ...soak,
      approval: { role: 'approver', quorum: 1, expiresMs: 86_400_000 },
    });
    const said = { role: 'admin', quorum: 2, expires: 60_000 } as const;
    expect(attachGate(soak, { approve: said })).toMatchObject({
      approval: { role: 'admin', quorum: 2, expiresMs: 60_000 },
    });
  });

  it('stands after a step that can ask for it, and once', () => {
    expect(attachGate(undefined, { approve })).toMatch(/write it after one$/);
    expect(attachGate(contract, { approve })).toMatch(/write `contract: \{ approve: admin \}`$/);
    const asking = {
      ...soak,
      approval: { role: 'approver', quorum: 1, expiresMs: 1_000 },
    } as const;
    expect(attachGate(asking, { approve })).toMatch(/write `quorum: 2`$/);
  });
});

describe('a drill', () => {
  const shadow: Step = { kind: 'shadow', sample: 1, bakeMs: 1_000, patienceMs: 1_000 };
  const drill = { unit: 'acme' };

  it('belongs to shadow, once', () => {
    expect(attachGate(shadow, { drill })).toEqual({ ...shadow, drill });
    const old = { ...drill, maxAge: 7_000 };
    const drilled = { ...shadow, drill: { ...drill, maxAgeMs: 7_000 } };
    expect(attachGate(shadow, { drill: old })).toEqual(drilled);
    expect(attachGate(drilled, { drill })).toBe('`drill` is given twice; keep one');
    expect(attachGate(soak, { drill })).toMatch(/^`drill` comes right after `shadow`/);
    expect(attachGate(undefined, { drill })).toMatch(/^`drill` comes right after `shadow`/);
  });

  it('is no matter of steps of their own', () => {
    expect(attachGate(soak, { soak: {} })).toBeNull();
  });
});
