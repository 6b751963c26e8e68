import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnleashAdminApi } from '../../src/adapters/unleash/unleash-admin-api.ts';
import { CrossfadeError } from '../../src/core/errors.ts';
import { killRoute } from '../../src/core/rollout/wanted-route.ts';
import { routeSpec } from '../support/random-route.ts';
import { RecordingProxy } from '../support/recording-proxy.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';
import { environmentOf, features, providerOn } from '../support/unleash-project.ts';
import { startUnleashServer } from '../support/unleash-server.ts';
import type { UnleashServer } from '../support/unleash-server.ts';

/** What the paths below are filled in with. */
interface Names {
  readonly flag: string;
  readonly field: string;
  readonly strategy: string;
}

/** One call of the adapter: how it is made, and what it is refused by where the server has a reason. */
interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: (names: Names) => string;
  readonly body?: (names: Names) => unknown;
  /** Whether it can be about something that is not there. */
  readonly missing: boolean;
  /** Whether it can be made once only. */
  readonly once?: boolean;
}

const flexible = ({ flag }: Names): object => ({
  name: 'flexibleRollout',
  parameters: { rollout: '10', stickiness: 'default', groupId: flag },
});
const strategies = ({ flag }: Names): string => `${environmentOf(flag)}/strategies`;
const oneStrategy = (names: Names): string => `${strategies(names)}/${names.strategy}`;

/** In an order in which each can be made on what the ones before have left. */
const calls: Readonly<Record<string, Call>> = {
  'GET user': { method: 'GET', path: () => 'user', missing: false },
  'POST context': {
    method: 'POST',
    path: () => 'context',
    body: ({ field }) => ({ name: field, stickiness: false }),
    missing: false,
    once: true,
  },
  'GET context/:field': { method: 'GET', path: ({ field }) => `context/${field}`, missing: true },
  'PUT context/:field': {
    method: 'PUT',
    path: ({ field }) => `context/${field}`,
    body: () => ({ description: '', legalValues: [], stickiness: true }),
    missing: true,
  },
  'POST features': {
    method: 'POST',
    path: () => features,
    body: ({ flag }) => ({
      name: flag,
      type: 'operational',
      description: '',
      impressionData: false,
    }),
    missing: false,
    once: true,
  },
  'GET features/:flag': { method: 'GET', path: ({ flag }) => `${features}/${flag}`, missing: true },
  'POST strategies': { method: 'POST', path: strategies, body: flexible, missing: true },
  'PUT strategies/:id': { method: 'PUT', path: oneStrategy, body: flexible, missing: true },
  'POST strategies/set-sort-order': {
    method: 'POST',
    path: (names) => `${strategies(names)}/set-sort-order`,
    body: ({ strategy }) => [{ id: strategy, sortOrder: 7 }],
    missing: true,
  },
  'POST on': { method: 'POST', path: ({ flag }) => `${environmentOf(flag)}/on`, missing: true },
  'DELETE strategies/:id': { method: 'DELETE', path: oneStrategy, missing: true },
  'POST archive/revive/:flag': {
    method: 'POST',
    path: ({ flag }) => `archive/revive/${flag}`,
    missing: true,
  },
  'GET search/events': {
    method: 'GET',
    path: ({ flag }) => `search/events?feature=IS:${flag}&limit=1`,
    missing: false,
  },
  'GET client-metrics/features/:flag': {
    method: 'GET',
    path: ({ flag }) => `client-metrics/features/${flag}`,
    missing: false,
  },
  'GET metrics/instances/:app': {
    method: 'GET',
    path: () => 'metrics/instances/billing/environment/development',
    missing: false,
  },
};

const rows = Object.entries(calls).map(([name, call]) => ({ name, call }));
const absent: Names = { flag: 'nowhere', field: 'nowhere', strategy: 'nowhere' };

let server: UnleashServer;
let machine: string;
let names: Names = { flag: 'by-the-table', field: 'by-the-table', strategy: '' };

beforeAll(async () => {
  server = await startUnleashServer();
  machine = await server.personalToken('crossfade-machine');
}, 180_000);

afterAll(async () => {
  await server?.stop();
});

function apiWith(token: string, url = server.url, timeoutMs = 10_000): UnleashAdminApi {
  const place = { project: 'default', environment: 'development' };
  return new UnleashAdminApi({ url, token, timeoutMs, ...place });
}

async function make(api: UnleashAdminApi, call: Call, filled = names): Promise<unknown> {
  const path = call.path(filled);
  if (call.method !== 'GET') return api.send(call.method, path, call.body?.(filled));
  const { status, body } = await api.get(path);
  // What is read may be absent without any fault; for the table it is the same.
  if (status === 404) throw new CrossfadeError('notFound', path);
  return body;
}

describe('a call of the Admin API', () => {
  it.each(rows)('$name succeeds', async ({ name, call }) => {
    if (name.startsWith('POST archive')) {
      await server.admin(machine, 'DELETE', `${features}/${names.flag}`);
    }
    const made = make(apiWith(machine), call);
    await expect(made).resolves.toBeDefined();
    const { id } = ((await made) ?? {}) as { readonly id?: unknown };
    if (name === 'POST strategies') names = { ...names, strategy: String(id) };
  });

  it.each(rows)('$name is forbidden to a token that Unleash does not know', async ({ call }) => {
    await expect(make(apiWith('nonsense'), call)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('answered 401'),
    });
  });

  it.each(rows.filter(({ call }) => call.missing))(
    '$name says so when it is about nothing',
    async ({ call }) => {
      const made = make(apiWith(machine), call, absent);
      await expect(made).rejects.toMatchObject({ code: 'notFound' });
    },
  );

  it.each(rows.filter(({ call }) => call.once))(
    '$name conflicts the second time',
    async ({ call }) => {
      await expect(make(apiWith(machine), call)).rejects.toMatchObject({ code: 'conflict' });
    },
  );

  it.each(rows)('$name is unavailable when no answer comes in time', async ({ call }) => {
    const proxy = await startSilentProxy(Number(new URL(server.url).port));
    proxy.silence();
    const made = make(apiWith(machine, `http://127.0.0.1:${proxy.port}`, 50), call);
    await expect(made).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.stop();
  });
});

describe('the list of them', () => {
  /** As the table names a call. */
  function shapeOf(method: string, path: string): string {
    const shape = path
      .replace('/api/admin/', '')
      .replace(/^projects\/default\//, '')
      .replace(/^features\/[^/]+\/environments\/development\//, '')
      .replace(/^features\/[^/]+$/, 'features/:flag')
      .replace(/^client-metrics\/features\/.+/, 'client-metrics/features/:flag')
      .replace(/^metrics\/instances\/.+/, 'metrics/instances/:app')
      .replace(/^context\/.+/, 'context/:field')
      .replace(/^archive\/revive\/.+/, 'archive/revive/:flag')
      .replace(/^strategies\/(?!set-sort-order).+/, 'strategies/:id');
    return `${method} ${shape}`;
  }

  /** As a person may: the last strategy goes before all others. */
  async function moveTheLast(flag: string): Promise<void> {
    const path = `${environmentOf(flag)}/strategies`;
    const all = (await server.admin(machine, 'GET', path)) as readonly { readonly id: string }[];
    const moved = [{ id: all.at(-1)?.id, sortOrder: 1 }];
    await server.admin(machine, 'POST', `${path}/set-sort-order`, moved);
  }

  it('is all that a rollout asks of Unleash, from its creation to a rollback after an edit', async () => {
    await server.admin(machine, 'POST', 'context', { name: 'plainField', stickiness: false });
    const proxy = await RecordingProxy.start(server.url);
    const provider = providerOn(server, machine, proxy.url);
    const wanted = { name: 'whole-life', version: 1, enable: false };
    const spec = routeSpec({ unitKey: 'freshField' });
    await provider.set({ ...wanted, spec });
    await provider.set({ ...wanted, version: 2, spec: { ...spec, rings: [], share: 50 } });
    await provider.set({ ...wanted, version: 3, spec });
    await moveTheLast('whole-life');
    await provider.set({ ...wanted, version: 4, spec: killRoute(spec) });
    await server.admin(machine, 'DELETE', `${features}/whole-life`);
    await provider.set({ ...wanted, version: 5, spec: killRoute(spec) });
    const sticky = routeSpec({ unitKey: 'plainField' });
    await provider.set({ ...wanted, name: 'other-field', spec: sticky });
    await provider.read('other-field');
    await server.sql(`INSERT INTO client_metrics_env (feature_name, app_name, environment, timestamp)
      VALUES ('other-field', 'billing', 'development', now())`);
    await provider.followers('other-field');
    await proxy.stop();
    const made = new Set(proxy.exchanges.map(({ method, path }) => shapeOf(method, path)));
    expect([...made].toSorted()).toEqual(Object.keys(calls).toSorted());
  });
});
