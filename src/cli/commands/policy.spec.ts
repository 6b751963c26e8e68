import { describe, expect, it } from '@jest/globals';
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
      expect.objectContaining({ threshold: 'lock_wait', max: '500ms', onFail: 'hold' }),
    ]);
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
