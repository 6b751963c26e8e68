import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { routeSpec } from '../support/random-route.ts';
import { StoredFlags } from '../support/stored-flags.ts';

interface View {
  readonly name: string;
  readonly revision: number;
  readonly changedBy: string;
  readonly environments: Readonly<Record<string, unknown>>;
}

interface Problem {
  readonly code: string;
  readonly detail: string;
}

const half = {
  name: 'flexibleRollout',
  parameters: { rollout: '50', stickiness: 'tenantId', groupId: 'checkout' },
};
const production = { enabled: true, strategies: [half] };

let flags: StoredFlags;

beforeAll(async () => {
  flags = await StoredFlags.open();
});

afterEach(() => flags.clear());
afterAll(() => flags.close());

async function put(name: string, body: unknown, headers = {}): Promise<View & Problem> {
  const answer = await flags.call<View & Problem>('PUT', `features/${name}`, body, headers);
  return answer.body;
}

describe('a flag', () => {
  it('is written as a whole and read back, with who and which revision', async () => {
    const made = await put('checkout', { environments: { production } });
    expect(made).toMatchObject({ project: 'default', type: 'release', dependencies: [] });
    expect(made.changedBy).toBe('token admin.token');
    const read = await flags.call<View>('GET', 'features/checkout');
    expect(read.body).toEqual(made);
    expect(read.headers.get('etag')).toBe(`"${made.revision}"`);
    const changed = await put('checkout', { environments: {} });
    expect(changed.environments).toEqual({});
    expect(changed.revision).toBeGreaterThan(made.revision);
  });

  it('is switched in one environment, and nothing else of it changes', async () => {
    const development = { enabled: false, strategies: [] };
    await put('checkout', { environments: { production, development } });
    const { body } = await flags.call<View>('POST', 'features/checkout/toggle', {
      environment: 'production',
      enabled: false,
    });
    expect(body.environments).toMatchObject({
      production: { enabled: false, strategies: [half] },
      development: { enabled: false },
    });
  });

  it('is not overwritten by who has not seen it as it is', async () => {
    const first = await put('checkout', {}, { 'if-none-match': '*' });
    const second = await put('checkout', { stale: true }, { 'if-match': `"${first.revision}"` });
    expect(second.revision).toBeGreaterThan(first.revision);
    for (const headers of [{ 'if-match': `"${first.revision}"` }, { 'if-none-match': '*' }]) {
      expect(await put('checkout', {}, headers)).toMatchObject({
        code: 'conflict',
        detail: expect.stringContaining(`has revision ${second.revision}`),
      });
    }
    expect((await put('checkout', {}, { 'if-match': 'x' })).code).toBe('invalidInput');
  });

  it('stays in its project, and knows no place that was never made', async () => {
    await put('checkout', {});
    await flags.call('PUT', 'projects/shop');
    expect((await put('checkout', { project: 'shop' })).detail).toMatch(/stays there/);
    expect((await put('other', { project: 'shpo' })).detail).toMatch(
      /no project "shpo"; there are/,
    );
    const elsewhere = await put('other', { environments: { prod: production } });
    expect(elsewhere.detail).toMatch(/no environment "prod"; there are development, production/);
    expect((await flags.call('GET', 'features/other')).status).toBe(404);
  });

  it('is refused with every fault by its place, and nothing of it is kept', async () => {
    await put('child', {});
    const strategies = [
      { name: 'flexibleRolout' },
      { name: 'flexibleRollout', parameters: { rollout: '0.5' }, segments: [77] },
      { name: 'default', constraints: [{ contextName: 'v', operator: 'SEMVER_GT', value: '1' }] },
    ];
    const { code, detail } = await put('bad', {
      dependencies: [{ feature: 'nobody' }],
      environments: { production: { enabled: true, strategies } },
    });
    expect(code).toBe('invalidInput');
    for (const fault of [
      'dependencies.0: there is no flag "nobody"',
      'environments.production.strategies.0.name: no client knows "flexibleRolout"',
      'strategies.1.parameters.rollout: "0.5" is no whole percentage',
      'strategies.1.parameters.groupId: is missing',
      'strategies.1.segments: there is no segment 77',
      'strategies.2.constraints.0: "1" is no semantic version',
    ]) {
      expect(detail).toContain(fault);
    }
    expect((await flags.call('GET', 'features/bad')).status).toBe(404);
  });

  it('that a rollout owns cannot be made or overwritten here', async () => {
    const provider = new PostgresFlagProvider(flags.state.source);
    const spec = routeSpec({ migration: 'owned' });
    await provider.set({ name: 'owned-flag', spec, version: 1, enable: true });
    expect(await put('owned', {})).toMatchObject({
      code: 'refused',
      detail: expect.stringContaining('POST /api/v1/flags/owned-flag/toggle'),
    });
    await put('free', {});
    const onto = { name: 'x', spec: routeSpec({ migration: 'free' }), version: 1, enable: true };
    await expect(provider.set(onto)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a segment', () => {
  const gold = {
    name: 'gold',
    constraints: [{ contextName: 'plan', operator: 'IN', values: ['g'] }],
  };

  it('is shared by flags, and stays while one of them uses it', async () => {
    await flags.call('PUT', 'segments/3', gold);
    const strategies = [{ name: 'default', segments: [3] }];
    await put('checkout', { environments: { production: { enabled: true, strategies } } });
    const refused = await flags.call<Problem>('DELETE', 'segments/3');
    expect(refused).toMatchObject({ status: 409, body: { detail: /used by checkout/ } });
    await flags.call('DELETE', 'features/checkout');
    expect((await flags.call('DELETE', 'segments/3')).status).toBe(204);
    expect((await flags.call('DELETE', 'segments/3')).status).toBe(404);
  });

  it('has a name of its own', async () => {
    await flags.call('PUT', 'segments/3', gold);
    const twin = await flags.call<Problem>('PUT', 'segments/4', gold);
    expect(twin.body.detail).toBe('segment 3 has the name "gold" already');
  });
});

it('notes who did what', async () => {
  await put('checkout', {});
  await flags.call('DELETE', 'features/checkout');
  const acts = await flags.state.source.query(
    `SELECT action, subject, actor FROM crossfade_state.audit WHERE subject = 'checkout'
     ORDER BY id DESC LIMIT 2`,
  );
  const actor = expect.stringMatching(/^token /);
  expect(acts).toEqual([
    { action: 'remove flag', subject: 'checkout', actor },
    { action: 'put flag', subject: 'checkout', actor },
  ]);
});
