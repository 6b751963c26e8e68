import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { freezeUnits } from '../policy/freeze-units.ts';
import type { Guard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { createRollout } from '../rollout/create-rollout.ts';
import { adoptUnits } from './adopt-units.ts';
import { changeWords, loosenings, planRebase, strictest } from './plan-rebase.ts';

const rollout = {
  ...createRollout(examplePolicy, 'users-birthdate-1', 1, 0),
  phase: 'running',
} as const;

function planOf(change: Partial<Policy>) {
  return planRebase(
    examplePolicy,
    { ...examplePolicy, revision: 'fedcba987654', ...change },
    rollout,
  );
}

describe('what an attempt is carried out on', () => {
  const { evidence, unit, schemaMigration } = examplePolicy;

  it.each<[Partial<Policy>, readonly string[], string]>([
    [{ project: 'other' }, ['project'], 'project other instead of identity'],
    [{ target: 'other-db' }, ['target'], 'target other-db instead of users-db'],
    [
      { services: [{ name: 'users-api', atLeast: 3 }] },
      ['services'],
      'services.0.atLeast 3 instead of 2',
    ],
    [{ unit: { ...unit, key: 'userId' } }, ['unit', 'key'], 'unit.key userId instead of tenantId'],
    [{ route: 'none' }, ['route'], 'route none instead of nothing'],
    [
      { flag: { provider: 'unleash', name: 'users-birthdate' } },
      ['flag', 'provider'],
      'flag.provider unleash',
    ],
    [
      { schemaMigration: { ...schemaMigration, to: 'v9' } },
      ['schemaMigration', 'to'],
      'v9 instead of users_v1_2',
    ],
    [{ rings: [] }, ['rings'], 'rings.0 nothing instead of'],
    [{ groups: [['a', 'b']] }, ['groups'], 'groups [["a","b"]] instead of nothing'],
    [{ pinned: { old: [], until: 'soak' } }, ['pinned', 'old'], 'instead of bigbank'],
    [
      { evidence: { ...evidence, historyMs: 9_000 } },
      ['evidence', 'history'],
      'evidence.history 9s instead of 5s',
    ],
    [{ statements: [] }, ['statements'], 'statements'],
  ])('stays as it was: %j', (change, path, words) => {
    const { immovable } = planOf(change);
    expect(immovable).toMatchObject([{ path }]);
    expect(immovable[0]?.words).toContain(words);
    expect(immovable[0]?.words).toContain('is fixed when an attempt starts');
  });

  it('is all of a policy that nothing else says', () => {
    expect(planOf({})).toEqual({ changes: [], immovable: [] });
  });
});

describe('a plan', () => {
  it('lists every change, and those that loosen by themselves', () => {
    const plan = planOf({
      onFail: 'hold',
      keepForRetryMs: 1,
      guards: examplePolicy.guards.slice(0, 1),
    });
    expect(plan.changes.map(({ words }) => words)).toEqual([
      'guard reads is gone',
      'onFail hold instead of rollback',
      'keepForRetry 1ms instead of 1m',
    ]);
    expect(loosenings(plan)).toHaveLength(2);
    expect(strictest(plan)).toBeNull();
  });

  it('says when the watch over the old side begins anew', () => {
    const { guards } = examplePolicy;
    const words = ({ changes }: ReturnType<typeof planOf>) => changes.map((change) => change.words);
    expect(words(planOf({ guards: guards.slice(1) }))).toEqual([
      'guard errors is gone',
      'the watch over the old side begins anew',
    ]);
    const stricter = { ...guards[0], tolerate: { ratio: 1, add: 0 } } as Guard;
    expect(words(planOf({ guards: guards.with(0, stricter) }))).toHaveLength(1);
  });

  it('takes the highest role that any change takes', () => {
    const changes = (['operator', 'admin', 'approver'] as const).map((role) => {
      return { path: ['steps'], words: role, loosens: true, role };
    });
    expect(strictest({ changes, immovable: [] })).toMatchObject({ role: 'admin', words: 'admin' });
  });

  it('names no more changes than a sentence holds', () => {
    const many = Array.from({ length: 10 }, (_, n) => ({ words: `c${n}` }));
    expect(changeWords(many)).toBe('c0; c1; c2; c3; c4; c5; c6; c7; and 2 more');
  });
});

describe('units of a table', () => {
  const from = { table: 'tenants', id: 'id', together: 'parent' };
  const asked: Policy = {
    ...examplePolicy,
    unit: { ...examplePolicy.unit, from },
    rings: [{ name: 'internal', units: [], where: { kind: ['staff'] } }],
  };
  const lists = {
    rings: { internal: ['acme'] },
    followers: [
      ['acme-eu', 'acme'],
      ['bank-eu', 'bigbank'],
    ] as const,
  };
  const running = freezeUnits(asked, lists);

  it('are those of the start, and are not read again', () => {
    const next = { ...asked, revision: 'fedcba987654' };
    const onto = adoptUnits(running, next);
    expect(planRebase(running, onto, rollout)).toEqual({ changes: [], immovable: [] });
    expect(onto.rings[0]?.units).toEqual(['acme', 'acme-eu']);
    expect(onto.revision).toBe(`fedcba987654-${running.revision.split('-')[1] ?? ''}`);
  });

  it('are refused where the newer revision chooses them otherwise', () => {
    const where = { kind: ['partner'] };
    const next = { ...asked, rings: [{ name: 'internal', units: [], where }] };
    expect(planRebase(running, adoptUnits(running, next), rollout).immovable).toMatchObject([
      { path: ['rings'] },
    ]);
  });
});
