import { describe, expect, it } from '@jest/globals';
import { checkFiles } from '../check-files.ts';
import { base, checkPolicyText as check } from '../../../test/support/checked-files.ts';
import { sha256 } from '../../../test/support/sha256.ts';

const kindsOf = (spec: string, profile?: string) =>
  check(spec, profile).policies[0]?.steps.map(({ kind }) => kind);

describe('a policy with `route: none`', () => {
  it('takes from the built-in profile what needs no units, and watches the target', () => {
    const { policies, faults, warnings } = check('  route: none\n');
    expect([...faults, ...warnings]).toEqual([]);
    expect(policies[0]?.route).toBe('none');
    expect(kindsOf('  route: none\n')).toEqual([
      'expand',
      'backfill',
      'verify',
      'soak',
      'contract',
    ]);
    expect(policies[0]?.guards).toEqual([
      {
        name: 'locks',
        threshold: 'lock_wait',
        maxMs: 500,
        failAfter: { failures: 3, of: 5 },
        onFail: 'hold',
      },
    ]);
  });

  it("takes a profile's approvals, but of steps that it leaves out", () => {
    const asks = '{ approve: { role: approver } }';
    const steps = `steps: [expand: {}, ${asks}, backfill: {}, share: { to: 100% }, ${asks}, soak: {}]`;
    const asking = base.replace('\n  onFail: hold', `\n  ${steps}`);
    const { policies, faults } = check('  route: none\n', 'careful', 'users', asking);
    expect(faults).toEqual([]);
    expect(policies[0]?.steps.map((step) => [step.kind, 'approval' in step])).toEqual([
      ['expand', true],
      ['backfill', false],
      ['soak', false],
    ]);
  });

  it("takes a profile's thresholds, and leaves its comparisons out", () => {
    const { policies, faults } = check('  route: none\n', 'careful');
    expect(faults).toEqual([]);
    expect(policies[0]?.guards.map(({ name }) => name)).toEqual(['locks']);
    expect(policies[0]?.onFail).toBe('hold');
  });

  it('has no guard when it says so itself', () => {
    expect(check('  route: none\n  guards: []\n').policies[0]?.guards).toEqual([]);
  });

  it('needs nothing that is routed', () => {
    const text = `${base.replace('PROFILE', 'standard').replace(', unit: { key: tenantId }', '')}---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: users-birthdate }
spec:
  service: users-api
  change: [{ addColumn: { table: users, column: birthdate, type: date, up: dob::date, down: { dob: birthdate::text } } }]
`;
    const faults = (spec: string) =>
      checkFiles([{ name: 'p.yaml', text: `${text}${spec}` }], [], sha256).faults;
    expect(faults('  route: none\n')).toEqual([]);
    expect(faults('')[0]?.message).toContain('nothing says what is routed');
  });

  it('is another revision than the same policy with a flag', () => {
    const steps = '  steps: [{ expand: {} }]\n  guards: []\n';
    const [routed, unrouted] = [check(steps), check(`  route: none\n${steps}`)];
    expect(routed.policies[0]?.revision).not.toBe(unrouted.policies[0]?.revision);
  });
});
