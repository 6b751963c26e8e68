import { describe, expect, it } from '@jest/globals';

import type { DocumentOf } from '../document.ts';
import { checkPolicyText as check } from '../../../test/support/checked-files.ts';
import { sha256 } from '../../../test/support/sha256.ts';
import { Context } from './context.ts';
import { resolvePolicy } from './resolve-policy.ts';

describe('the smallest policy', () => {
  it('gets everything else from its service and the profile `standard`', () => {
    const { policies, faults, warnings } = check('');
    expect([...faults, ...warnings]).toEqual([]);
    expect(policies).toMatchObject([
      {
        name: 'users-birthdate',
        project: 'default',
        target: 'users-db',
        services: [{ name: 'users-api', atLeast: 4 }],
        unit: { key: 'tenantId', columns: {}, without: 'old' },
        flag: { provider: 'crossfade', name: 'users-birthdate' },
        schemaMigration: {
          from: 'users_birthdate_old',
          to: 'users_birthdate_new',
          schema: 'public',
        },
        rings: [],
        pinned: { old: [], until: 'soak' },
        onFail: 'rollback',
        onNoData: 'hold',
        keepForRetryMs: 86_400_000,
      },
    ]);
  });

  it('gets the tolerances, budgets and minimums that the reference names', () => {
    const [policy] = check('').policies;
    expect(policy?.guards).toEqual([
      { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.0005 } },
      {
        name: 'latency',
        compare: 'latency',
        tolerate: [
          { quantile: 0.5, part: 0.05, atLeastMs: 2 },
          { quantile: 0.9, part: 0.05, atLeastMs: 5 },
          { quantile: 0.99, part: 0.2, atLeastMs: 0 },
        ],
      },
      {
        name: 'mismatches',
        compare: 'mismatches',
        atMost: 0,
        compared: { atLeast: 500, units: 5 },
      },
    ]);
    expect(policy?.evidence).toEqual({
      falseRollbackBudget: 0.01,
      falsePromoteBudget: 0.01,
      minimum: { requests: 1000, units: 'auto' },
      warmupMs: 60_000,
      historyMs: 7_200_000,
      onOneBadUnit: { quarantine: { atMost: 2 } },
    });
  });

  it('gets the standard plan, proven at the widest share with two cohorts', () => {
    const [policy] = check('').policies;
    const plan = policy?.steps.map((step) =>
      step.kind === 'share' ? `share ${step.percent} ${step.require}` : step.kind,
    );
    expect(plan).toEqual([
      'expand',
      'backfill',
      'verify',
      'shadow',
      'share 5 notWorse',
      'share 25 notWorse',
      'share 50 notWorse',
      'share 95 proven',
      'share 100 notWorse',
      'soak',
      'contract',
    ]);
    expect(policy?.steps.at(3)).toEqual({
      kind: 'shadow',
      sample: 0.1,
      bakeMs: 600_000,
      patienceMs: 86_400_000,
    });
    expect(policy?.steps.at(-1)).toEqual({
      kind: 'contract',
      approve: 'admin',
      trashForMs: 14 * 86_400_000,
    });
  });
});

describe('an approval in a plan', () => {
  const plan = (steps: string) => check(`  steps: [${steps}]\n`);

  it('belongs to the step before it', () => {
    const said = 'approve: { role: approver, quorum: 2, expires: 1h }';
    const [policy] = plan(`expand: {}, { ${said} }, backfill: {}, verify: {}`).policies;
    expect(policy?.steps).toEqual([
      { kind: 'expand', approval: { role: 'approver', quorum: 2, expiresMs: 3_600_000 } },
      { kind: 'backfill', batchTimeMs: 100 },
      { kind: 'verify', parity: 'full' },
    ]);
  });

  it('is refused where no step could ask for it, at its place', () => {
    const { faults } = plan('{ approve: { role: admin } }, expand: {}, backfill: {}');
    expect(faults.map(({ line, column }) => [line, column])).toEqual([[7, 22]]);
    expect(faults[0]?.message).toMatch(/write it after one$/);
  });
});

describe('what a policy says itself', () => {
  it('comes before the profile, which comes before what is built in', () => {
    const [policy] = check('  evidence: { history: 3h }\n  onFail: notify\n', 'careful').policies;
    expect(policy?.evidence).toMatchObject({ historyMs: 3 * 3_600_000, warmupMs: 120_000 });
    expect(policy?.onFail).toBe('notify');
    expect(policy?.guards.map(({ name }) => name)).toEqual(['errors', 'locks']);
    expect(policy?.guards[1]).toEqual({
      name: 'locks',
      onFail: 'hold',
      threshold: 'lock_wait',
      maxMs: 500,
      failAfter: { failures: 3, of: 5 },
    });
  });

  it('replaces a whole list, and only what it names of a tolerance', () => {
    const spec = '  guards: [{ name: slow, compare: latency, tolerate: { p90: 1s } }]\n';
    const [policy] = check(spec, 'careful').policies;
    expect(policy?.guards).toEqual([
      {
        name: 'slow',
        compare: 'latency',
        tolerate: [
          { quantile: 0.5, part: 0.05, atLeastMs: 2 },
          { quantile: 0.9, part: 0, atLeastMs: 1000 },
          { quantile: 0.99, part: 0.2, atLeastMs: 0 },
        ],
      },
    ]);
  });

  it('is told apart by origin', () => {
    const files = check('  evidence: { history: 3h }\n', 'careful');
    const document = files.documents.find(({ kind }) => kind === 'RolloutPolicy');
    const { origins } = resolvePolicy(
      document as DocumentOf<'RolloutPolicy'>,
      new Context(files.documents),
      sha256,
    );
    expect(Object.fromEntries(origins)).toMatchObject({
      'evidence.history': 'policy',
      'evidence.warmup': 'profile careful',
      'evidence.minimum.units': 'built-in',
      guards: 'profile careful',
      steps: 'profile standard (built-in)',
      'unit.key': 'service users-api',
      'services.users-api.atLeast': 'service users-api',
      onFail: 'profile careful',
    });
  });

  it('names its version schemas after itself, dashes and dots as underscores', () => {
    const [policy] = check('', 'standard', 'users-v1.2-x').policies;
    expect(policy?.schemaMigration).toMatchObject({
      from: 'users_v1_2_x_old',
      to: 'users_v1_2_x_new',
    });
  });
});

describe('a rehearsal on a clone', () => {
  const rehearsed = (on: string) =>
    check(`  steps: [{ rehearse: { on: ${on} } }, { expand: {} }]\n`);

  it('names a target that has a document', () => {
    expect(rehearsed('users-db').policies[0]?.steps[0]).toEqual({
      kind: 'rehearse',
      on: 'users-db',
    });
    const [fault] = rehearsed('users-dv').faults;
    expect(fault?.message).toContain('users-db');
    expect(fault).toMatchObject({ file: 'p.yaml', line: 7 });
  });
});

describe('the revision', () => {
  it('is the first 12 digits of SHA-256, and that of the content, not of the writing', () => {
    const short = check('').policies[0]?.revision;
    expect(short).toMatch(/^[0-9a-f]{12}$/);
    const long = check(
      '  # spelled out\n  onFail:   rollback\n  guards: [errors, latency, mismatches]\n',
    );
    expect(long.policies[0]?.revision).toBe(short);
  });

  it('changes with any value, also with one that the service gives', () => {
    const revisions = [
      check('').policies[0]?.revision,
      check('  onFail: hold\n').policies[0]?.revision,
      check('', 'careful').policies[0]?.revision,
      check('', 'standard', 'users-2').policies[0]?.revision,
    ];
    expect(new Set(revisions).size).toBe(4);
  });
});
