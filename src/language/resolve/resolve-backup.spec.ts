import { describe, expect, it } from '@jest/globals';
import { checkPolicyText as check } from '../../../test/support/checked-files.ts';

const hour = 3_600_000;
const usual = { to: 'files', verify: true, keepForMs: 336 * hour, atMostBytes: 10 * 1024 ** 3 };
const backupOf = (spec: string, profile?: string): unknown => {
  const { policies, faults } = check(spec, profile);
  expect(faults).toEqual([]);
  return policies[0]?.backup;
};

describe('backup', () => {
  it('is off where nobody speaks of it, and leaves the revision of such a policy as it was', () => {
    expect(backupOf('')).toBeUndefined();
    expect(check('').policies[0]).not.toHaveProperty('backup');
  });

  it('is taken to files, compared and kept for two weeks by default', () => {
    expect(backupOf('  backup: {}\n')).toEqual(usual);
  });

  it('is what is written', () => {
    expect(backupOf('  backup: { to: target, verify: false, atMost: 1MB, keepFor: 1h }\n')).toEqual(
      {
        to: 'target',
        verify: false,
        keepForMs: hour,
        atMostBytes: 1024 ** 2,
      },
    );
  });

  it('comes from the profile, and may be refused by the policy', () => {
    expect(backupOf('', 'careful')).toEqual({ ...usual, to: 'target', keepForMs: hour });
    expect(backupOf('  backup: none\n', 'careful')).toBeUndefined();
    expect(backupOf('  backup: {}\n', 'careful')).toEqual(usual);
  });
});
