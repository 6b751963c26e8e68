import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import { plainClients } from '../../src/adapters/postgres/plain-clients.ts';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresFlagFeed } from '../../src/adapters/postgres/postgres-flag-feed.ts';
import { PostgresFlagMirror } from '../../src/adapters/postgres/postgres-flag-mirror.ts';
import { PostgresInstanceRegistry } from '../../src/adapters/postgres/postgres-instance-registry.ts';
import { routesOf } from '../../src/core/flags/catalog/flag-catalog.ts';
import { sameRoute } from '../../src/core/flags/same-route.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import { everyInstanceRuns } from '../../src/core/rollout/arrival.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { ObservedInstance } from '../../src/core/rollout/observations.ts';
import { killRoute } from '../../src/core/rollout/wanted-route.ts';
import { FollowerCollector } from '../../src/engine/follower-collector.ts';
import { MirroredFlags } from '../../src/engine/mirrored-flags.ts';
import type { ObservedFlag } from '../../src/engine/ports/flag-provider.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { Silence } from '../support/silence.ts';
import { routeSpec } from '../support/random-route.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { environmentOf, providerOn } from '../support/unleash-project.ts';
import { connectUnleash } from '../support/unleash-sdk.ts';
import { until } from '../support/until.ts';
import { startUnleashServer, type UnleashServer } from '../support/unleash-server.ts';

const name = 'users-birthdate';
const spec = routeSpec();
const back = killRoute(spec);

let server: UnleashServer;
let state: StateDatabase;
let feed: PostgresFlagFeed;
let mirror: PostgresFlagMirror;
let flags: MirroredFlags;

beforeAll(async () => {
  server = await startUnleashServer();
  state = await createStateDatabase();
  mirror = new PostgresFlagMirror(state.source);
  feed = new PostgresFlagFeed(state.source, state.url);
  await feed.open();
  const provider = providerOn(server, await server.personalToken('crossfade-machine'));
  flags = new MirroredFlags('unleash', provider, mirror);
}, 180_000);

afterAll(async () => {
  await feed?.close();
  await state?.close();
  await server?.stop();
});

/** What an instance is served. */
async function served(): Promise<Route> {
  const route = routesOf(await feed.catalog()).find(({ migration }) => migration === name);
  if (route === undefined) throw new Error(`${name} is not served`);
  return route;
}

async function look(): Promise<ObservedFlag> {
  const flag = await flags.read(name);
  if (flag === null) throw new Error(`${name} is not in Unleash`);
  await mirror.mirror(flag, 'unleash');
  return flag;
}

describe('a rollback while Unleash is away', () => {
  it('reaches our instances at once, and Unleash as soon as it is back', async () => {
    await flags.set({ name, spec, version: 1, enable: false });
    await look();
    const before = await served();
    expect(sameRoute(before, spec)).toBe(true);

    await server.halt();
    const rollback = { name, spec: back, version: 2, enable: false, seen: before.revision };
    await expect(flags.set(rollback)).rejects.toMatchObject({ code: 'unavailable' });
    const lowered = await served();
    expect(sameRoute(lowered, back)).toBe(true);
    expect(lowered.revision).toBeGreaterThan(before.revision);

    await server.resume();
    // It still shows the old route: whoever looks before it was told raises nothing again.
    expect(await look()).toMatchObject({ version: 1, route: { share: spec.share } });
    expect(sameRoute(await served(), back)).toBe(true);
    await flags.set(rollback);
    expect(await look()).toMatchObject({ version: 2, changedBy: 'crossfade' });
    const arrived = await served();
    expect(sameRoute(arrived, back)).toBe(true);
    expect(arrived.revision).toBeGreaterThan(lowered.revision);
  }, 180_000);

  it('a step forward is not served before Unleash has it', async () => {
    const step = { name, spec, version: 3, enable: false };
    await server.halt();
    await expect(flags.set(step)).rejects.toMatchObject({ code: 'unavailable' });
    expect(sameRoute(await served(), back)).toBe(true);
    await server.resume();
    await flags.set(step);
    await look();
    expect(sameRoute(await served(), spec)).toBe(true);
  }, 180_000);
});

describe('a plain client of Unleash', () => {
  const policy = { ...examplePolicy, name, flag: { provider: 'unleash' as const, name } };
  let client: Unleash;

  beforeAll(async () => {
    await state.rollouts.create(createRollout(policy, `${name}-1`, 1, 0), policy);
    client = await connectUnleash(server.url, server.clientToken, {
      appName: 'billing',
      disableMetrics: false,
      metricsInterval: 100,
    });
    client.isEnabled(name, { properties: { tenantId: 't1' } });
  });

  afterAll(() => client?.destroy());

  /** What the service that runs the engine does every few seconds. */
  async function collected(): Promise<readonly ObservedInstance[]> {
    const registry = new PostgresInstanceRegistry(state.source);
    const log = new Silence();
    await new FollowerCollector(state.rollouts, { unleash: flags }, registry, log).collect();
    return plainClients(state.source, name, name);
  }

  async function waitedFor(): Promise<readonly string[]> {
    const { revision } = await served();
    const clock = new PostgresClock(state.source);
    return everyInstanceRuns(await collected(), revision, await clock.now()).waiting;
  }

  /** As if Unleash had heard of it that much later. */
  async function heardLater(seconds: number): Promise<void> {
    await server.sql(`UPDATE client_instances SET last_seen = last_seen + '${seconds} s'`);
  }

  it('that asks for the flag is known of, as Unleash hears of it, and waited for by name', async () => {
    await until(async () => (await collected()).length > 0);
    expect(await collected()).toMatchObject([
      { service: 'billing', revision: 0, plain: { level: 'assumed', heardMs: 100_000 } },
    ]);
    const [waiting] = await waitedFor();
    expect(waiting).toMatch(/ has not fetched the flag as it stands \(assumed\)$/);
  }, 180_000);

  it('has arrived when Unleash heard of it late enough after the change', async () => {
    const [before] = await collected();
    await heardLater(120);
    const [after] = await collected();
    expect(after!.revision).toBe((await served()).revision);
    // Its time is not believed to lie ahead of ours.
    expect(after!.lastSeenAt).toBeLessThan(before!.lastSeenAt + 120_000);
    expect(await waitedFor()).toEqual([]);
  });

  it('is silent, and holds, while Unleash hears nothing of it', async () => {
    await heardLater(-500);
    expect(await waitedFor()).toEqual([
      expect.stringMatching(/ is silent for [34]\d\d s, and counts as gone after \d+ s$/),
    ]);
  });
});

describe('what a person did in Unleash after a decision', () => {
  it('stands, though the mirror counts its own revisions', async () => {
    const seen = (await served()).revision;
    const kim = await server.personalToken('kim');
    await server.admin(kim, 'POST', `${environmentOf(name)}/off`);
    const next = { name, spec: { ...spec, share: 50 }, version: 4, enable: true, seen };
    await expect(flags.set(next)).rejects.toThrow(/kim changed .* after version 4 was decided/);
    await look();
    await flags.set({ ...next, seen: (await served()).revision });
    expect(await look()).toMatchObject({ version: 4, route: { share: 50, enabled: true } });
  });
});
