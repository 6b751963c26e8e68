import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresInstanceRegistry } from '../../src/adapters/postgres/postgres-instance-registry.ts';
import { plainClients } from '../../src/adapters/postgres/plain-clients.ts';
import { PostgresIntake } from '../../src/adapters/postgres/postgres-intake.ts';
import { instancesText } from '../../src/cli/views/instances-text.ts';
import type { ListedInstance } from '../../src/core/protocol/instance-list.ts';
import { CatalogRoutes } from '../../src/engine/catalog-routes.ts';
import { InstanceOverview } from '../../src/engine/instance-overview.ts';
import { routeSpec } from '../support/random-route.ts';
import { StoredFlags } from '../support/stored-flags.ts';
import { until } from '../support/until.ts';
import { connectUnleash, HeldPolls } from '../support/unleash-sdk.ts';

let flags: StoredFlags;
let registry: PostgresInstanceRegistry;
let overview: InstanceOverview;
let token: string;
let clients: Unleash[] = [];

beforeAll(async () => {
  flags = await StoredFlags.open();
  registry = flags.registry;
  const { feed, state } = flags;
  const routes = new CatalogRoutes(feed);
  overview = new InstanceOverview(registry, routes, feed, new PostgresClock(state.source));
  token = await flags.clientToken('production');
  await flags.showRoute('users-birthdate', routeSpec());
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await flags.state.source.query('DELETE FROM crossfade_state.instance');
  await flags.state.source.query('DELETE FROM crossfade_state.flag_client');
});

afterAll(() => flags.close());

/** A report of our SDK. */
async function report(instance: string, revision: number, leaving = false): Promise<void> {
  await new PostgresIntake(flags.state.source).report({
    service: 'users-api',
    instance,
    version: '1.4.2',
    seq: 1,
    implements: ['users-birthdate'],
    acknowledged: [{ migration: 'users-birthdate', revision, safeSide: 'old', draining: 0 }],
    evidence: [],
    maxStaleMs: 900_000,
    leaving,
  });
}

async function agoBy(table: 'instance' | 'flag_client', ms: number): Promise<void> {
  await flags.state.source.query(`UPDATE crossfade_state.${table} SET seen_at = seen_at - ${ms}`);
}

async function standing(): Promise<number> {
  const routes = await new CatalogRoutes(flags.feed).routes();
  return routes[0]!.revision;
}

async function listed(service: string | null = null): Promise<readonly ListedInstance[]> {
  return (await overview.list(service)).instances;
}

/** Before any client polls: the server writes down within seconds whom it has seen, and who it was may be gone by then. */
describe('a plain client in the registry', () => {
  it('is forgotten a while after it was heard of last', async () => {
    const client = { app: 'a', instance: 'i', environment: 'e', sdk: null, revision: 1 };
    await registry.seen([{ ...client, intervalMs: null, asked: [] }]);
    await registry.forget(60_000);
    expect(await registry.clients()).toHaveLength(1);
    await agoBy('flag_client', 61_000);
    await registry.forget(60_000);
    expect(await registry.clients()).toEqual([]);
  });

  it('is not kept beyond ten thousand, and nobody is told', async () => {
    const crowd = Array.from({ length: 10_001 }, (_, n) => ({
      app: 'crowd',
      instance: String(n),
      environment: 'e',
      sdk: null,
      revision: null,
      intervalMs: null,
      asked: [],
    }));
    await registry.seen(crowd.slice(0, 10_000));
    await registry.seen(crowd.slice(10_000));
    expect(await registry.clients()).toHaveLength(10_000);
    await registry.seen([{ ...crowd[0]!, revision: 7 }]);
    const [first] = await registry.clients();
    expect(first).toMatchObject({ instance: '0', revision: 7 });
  });
});

describe('an instance with our SDK', () => {
  it('is listed with its version and what it runs; who is behind is a straggler', async () => {
    const revision = await standing();
    await report('pod-a', revision);
    await report('pod-b', revision - 1);
    const [a, b] = await listed('users-api');
    const common = { version: '1.4.2', level: 'confirmed', state: 'live' };
    expect(a).toMatchObject({ ...common, instance: 'pod-a', straggler: false });
    expect(b).toMatchObject({
      ...common,
      straggler: true,
      migrations: [{ migration: 'users-birthdate', revision: revision - 1, wanted: revision }],
    });
    expect(instancesText(await overview.list(null))).toMatch(
      new RegExp(`pod-b +1.4.2 +confirmed +users-birthdate ${revision - 1}, BEHIND ${revision}`),
    );
    expect(await listed('another')).toEqual([]);
  });

  it('is a straggler while it is silent and may still serve, and none when it left', async () => {
    const revision = await standing();
    await report('frozen', revision);
    await report('gone', revision, true);
    await agoBy('instance', 4_000);
    expect(await listed()).toMatchObject([
      { instance: 'frozen', state: 'silent', straggler: true },
      { instance: 'gone', state: 'left', straggler: false },
    ]);
    expect(instancesText(await overview.list(null))).toMatch(/frozen .*SILENT +[\d.]+ s ago/);
    await agoBy('instance', 900_000);
    expect((await listed())[0]).toMatchObject({ state: 'silent', straggler: false });
  });
});

describe('a plain Unleash client', () => {
  async function connect(appName: string, config: object = {}): Promise<Unleash> {
    const client = await connectUnleash(flags.service.url, token, { appName, ...config });
    clients.push(client);
    return client;
  }

  async function seen(condition: (client: ListedInstance) => boolean): Promise<ListedInstance> {
    let found: ListedInstance | undefined;
    await until(async () => {
      found = (await listed()).find(condition);
      return found !== undefined;
    });
    return found!;
  }

  it('is listed by the revision that it was served, as it polls', async () => {
    await connect('billing');
    const { revision } = await flags.feed.catalog();
    const client = await seen(({ service, level }) => service === 'billing' && level === 'served');
    expect(client).toMatchObject({
      client: expect.stringMatching(/^unleash-node-sdk:/),
      state: 'live',
      straggler: false,
      flags: { held: revision, stands: revision },
    });
    await flags.showRoute('users-birthdate', routeSpec({ share: 50 }));
    await seen(({ flags: held }) => (held?.held ?? 0) > revision);
    await agoBy('flag_client', 60_000);
    clients.pop()?.destroy();
    const [gone] = await listed();
    expect(gone).toMatchObject({ state: 'silent', straggler: true });
  });

  it('that streams is there, and what it runs is assumed', async () => {
    await connect('streaming', { experimentalMode: { type: 'streaming' } });
    const client = await seen(({ service }) => service === 'streaming');
    expect(client).toMatchObject({ level: 'assumed', flags: { held: null } });
    expect(instancesText(await overview.list('streaming'))).toContain('flags, revision unknown');
  });

  it('that asks for the flag of a migration is waited for, until a poll says that it holds it', async () => {
    const observed = () => plainClients(flags.state.source, 'users-birthdate', 'users-birthdate');
    const polls = new HeldPolls(token);
    const client = await connect('invoices', {
      disableMetrics: false,
      metricsInterval: 100,
      customHeadersFunction: polls.headers,
    });
    expect(await observed()).toEqual([]);
    client.isEnabled('users-birthdate', { properties: { tenantId: 't1' } });
    await until(async () => (await observed()).length === 1);
    await until(async () => (await observed())[0]!.revision === (await standing()));
    polls.hold();
    await flags.showRoute('users-birthdate', routeSpec({ share: 75 }));
    expect(await observed()).toMatchObject([
      { service: 'invoices', revision: 0, plain: { level: 'served', intervalMs: 100 } },
    ]);
    const [behind] = await listed('invoices');
    expect(behind).toMatchObject({ straggler: true, migrations: [{ revision: 0 }] });
    expect(instancesText(await overview.list('invoices'))).toMatch(/users-birthdate 0, BEHIND/);
    polls.goOn();
    await until(async () => (await observed())[0]!.revision === (await standing()));
  });

  it('has its counts kept by flag, application and hour; unknown flags are not', async () => {
    const client = await connect('counting', { disableMetrics: false, metricsInterval: 200 });
    client.isEnabled('users-birthdate', { properties: { tenantId: 't1' } });
    client.getVariant('users-birthdate', { properties: { tenantId: 't1' } });
    client.isEnabled('nobody-knows-it');
    const answers = async (): Promise<number> => {
      const [use] = await registry.usage('users-birthdate');
      return (use?.yes ?? 0) + (use?.no ?? 0);
    };
    await until(async () => (await answers()) === 2);
    const [use] = await registry.usage('users-birthdate');
    expect(use).toMatchObject({ app: 'counting', environment: 'production' });
    expect(Object.values(use?.variants ?? {})).toEqual([1]);
    expect(await registry.usage('nobody-knows-it')).toEqual([]);
  });
});
