import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { checkPolicyText } from '../../../test/support/checked-files.ts';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import { effectiveValues } from '../../language/effective-values.ts';

function effective(spec: string, profile?: string) {
  const { policies, origins } = checkPolicyText(spec, profile);
  const [policy] = policies;
  if (policy === undefined) throw new Error('the policy does not resolve');
  return effectiveValues(policy, origins.get(policy.name) ?? new Map());
}

describe('an effective policy', () => {
  const spec = '  evidence: { history: 3h }\n  flag: { name: birthdate }\n';
  const values = effective(spec, 'careful');
  const of = (path: string): unknown => {
    const found = values.find((one) => one.path === path);
    return found === undefined ? undefined : [found.origin, found.value];
  };

  it('tells each value as it would be written, with where it comes from', () => {
    expect(of('evidence.history')).toEqual(['policy', '3h']);
    expect(of('evidence.warmup')).toEqual(['profile careful', '2m']);
    expect(of('evidence.minimum.units')?.toString()).toMatch(/^built-in,/);
    expect(of('unit.key')).toEqual(['service users-api', 'tenantId']);
    expect(of('services.users-api.atLeast')).toEqual(['service users-api', 4]);
    expect(of('flag.name')).toEqual(['policy', 'birthdate']);
    expect(of('flag.provider')).toEqual(['built-in', 'crossfade']);
    expect(of('guards.locks')).toEqual([
      'profile careful',
      { threshold: 'lock_wait', max: '500ms', onFail: 'hold' },
    ]);
    expect(of('guards.locks.failAfter')).toEqual(['built-in', { failures: 3, of: 5 }]);
  });

  it('tells of each step what it says, and by itself what it leaves out', () => {
    const shares =
      '{ share: { to: 3 units } }, { share: { to: 5%, bake: 1h } }, { approve: { role: admin } }';
    const work = '{ expand: {} }, { backfill: {} }, { verify: {} }, { shadow: {} }';
    const rows = effective(`  steps: [${work}, ${shares}]\n`)
      .filter(({ path }) => /^steps\.[1456]/.test(path))
      .map(({ path, value, origin }) => [path, JSON.stringify(value), origin].join(' '));
    expect(rows).toEqual([
      'steps.1 expand {"kind":"expand"} policy',
      'steps.4 shadow {"kind":"shadow"} policy',
      'steps.4 shadow.sample 0.1 built-in',
      'steps.4 shadow.bake "10m" built-in',
      'steps.4 shadow.patience "1d" built-in',
      'steps.5 share 3 units {"kind":"count","size":{"units":3}} policy',
      'steps.5 share 3 units.order "hash" built-in',
      'steps.5 share 3 units.require "notWorse" built-in',
      'steps.5 share 3 units.bake "10m" built-in',
      'steps.5 share 3 units.patience "1d" built-in',
      'steps.6 share 5% {"kind":"share","percent":5,"bake":"1h","approval":{"role":"admin"}} policy',
      'steps.6 share 5%.require "proven" built-in',
      'steps.6 share 5%.patience "1d" built-in',
      'steps.6 share 5%.approval.quorum 1 built-in',
      'steps.6 share 5%.approval.expires "1d" built-in',
    ]);
  });

  it('tells the same of guards, within a tolerance too, and whose each statement is', () => {
    const tolerate = '{ name: slow, compare: latency, tolerate: { p90: 1s } }';
    const own = effective(`  guards: [errors, ${tolerate}]\n`, 'careful');
    const rows = own
      .filter(({ path }) => path.startsWith('guards.'))
      .map(({ path, value, origin }) => [path, JSON.stringify(value), origin].join(' '));
    expect(rows).toEqual([
      'guards.errors {"compare":"errors"} policy',
      'guards.errors.tolerate {"ratio":1.1,"add":0.0005} built-in',
      'guards.slow {"compare":"latency","tolerate":{"p90":{"part":0,"atLeast":"1s"}}} policy',
      'guards.slow.tolerate.p50 {"part":0.05,"atLeast":"2ms"} built-in',
      'guards.slow.tolerate.p99 {"part":0.2,"atLeast":"0ms"} built-in',
    ]);
    const policy = { ...examplePolicy, statements: [{ sql: 'SELECT 1', calls: null }] };
    const origins = new Map([['statements.0', 'service users-api']]);
    expect(effectiveValues(policy, origins)).toContainEqual({
      path: 'statements.1',
      value: { sql: 'SELECT 1', calls: null },
      origin: 'service users-api',
    });
  });

  it('has every step and operation, and nothing that makes up its identity', () => {
    const paths = values.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['steps.1 expand', 'schemaMigration.1 addColumn']),
    );
    expect(paths.filter((path) => /^(name|project|revision)$/.test(path))).toEqual([]);
    expect(paths).toEqual([...new Set(paths)]);
  });
});

describe('policy', () => {
  const answers = {
    'GET /api/v1/documents': [
      {
        body: {
          documents: [
            { kind: 'Service', project: 'default', name: 'p', revision: 'r', text: 'no' },
            {
              kind: 'RolloutPolicy',
              project: 'default',
              name: 'p',
              revision: 'r',
              text: 'kind: x',
            },
          ],
        },
      },
    ],
    'GET /api/v1/policies/p/effective': [
      {
        body: {
          policy: 'p',
          revision: 'r',
          values: [{ path: 'unit', value: { key: 'a b', list: [1, 2] }, origin: 'built-in' }],
        },
      },
    ],
  };
  const ask = (line: string) => askServer(new ScriptedApi(answers), line);

  it('is shown as it was written', async () => {
    expect(await ask('policy p')).toMatchObject({ status: 0, out: 'kind: x\n' });
    const { status, err } = await ask('policy q');
    expect([status, err]).toEqual([1, 'crossfade: no policy q; apply it first\n']);
  });

  it('is shown value by value', async () => {
    expect((await ask('policy p --effective')).out).toBe(
      'VALUE OF  FROM      IS\nunit      built-in  { key: a b, list: [ 1, 2 ] }\n',
    );
    expect(JSON.parse((await ask('policy p --effective -o json')).out)).toMatchObject({
      policy: 'p',
    });
  });
});
