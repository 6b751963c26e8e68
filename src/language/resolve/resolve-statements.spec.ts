import { describe, expect, it } from '@jest/globals';
import { base, checkPolicyText } from '../../../test/support/checked-files.ts';
import { sha256 } from '../../../test/support/sha256.ts';
import { createRollout } from '../../core/rollout/create-rollout.ts';
import { jobFor } from '../../core/rollout/jobs.ts';
import { checkFiles } from '../check-files.ts';

const written = (statements: string) => {
  const service = base
    .replace('PROFILE', 'standard')
    .replace('profile: standard', `profile: standard, statements: ${statements}`);
  const policy = `apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: users-birthdate }
spec:
  service: users-api
  change: [{ addColumn: { table: users, column: birthdate, type: date, up: dob::date, down: { dob: birthdate::text } } }]
`;
  const files = [
    { name: 'base.yaml', text: service },
    { name: 'p.yaml', text: policy },
  ];
  return checkFiles(files, [], sha256);
};

describe('statements of a service', () => {
  const two = '[{ sql: SELECT 1 FROM users, calls: 7 }, { sql: SELECT 2 FROM users }]';
  const listed = [
    { sql: 'SELECT 1 FROM users', calls: 7 },
    { sql: 'SELECT 2 FROM users', calls: null },
  ];

  it('are part of what a policy comes to, and leave others as they were', () => {
    expect(written(two).policies[0]?.statements).toEqual(listed);
    expect(checkPolicyText('').policies[0]).not.toHaveProperty('statements');
  });

  it('are given to the work that must not break them', () => {
    const [policy] = written(two).policies;
    if (policy === undefined) throw new Error('there is no policy');
    const rollout = createRollout(policy, 'r', 1, 0);
    const given = (kind: Parameters<typeof jobFor>[2]) => jobFor(policy, rollout, kind).statements;
    expect([given('rehearse'), given('expand')]).toEqual([listed, listed]);
    expect(given('contract')).toBeUndefined();
  });

  it.each([
    ['[{ sql: "" }]', 'expected one SQL statement'],
    ['[{ calls: 1 }]', 'sql'],
    [
      `[${Array.from({ length: 501 }, () => '{ sql: SELECT 1 }').join(', ')}]`,
      'expected at most 500 statements',
    ],
  ])('are refused as %.20s', (statements, words) => {
    expect(written(statements).faults[0]?.message).toContain(words);
  });
});
