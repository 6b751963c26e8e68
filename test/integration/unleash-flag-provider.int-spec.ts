import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import { UnleashFlagProvider } from '../../src/adapters/unleash/unleash-flag-provider.ts';
import { sameRoute } from '../../src/core/flags/same-route.ts';
import type { RouteSpec } from '../../src/core/protocol/route.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { routeOf, routeSpec } from '../support/random-route.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { connectUnleash, untilServed, variantOf } from '../support/unleash-sdk.ts';
import { environmentOf, features, providerOn } from '../support/unleash-project.ts';
import { startUnleashServer } from '../support/unleash-server.ts';
import type { UnleashServer } from '../support/unleash-server.ts';

const population = Array.from({ length: 1000 }, (_, n) => `tenant-${n}`);
const pinned = ['tenant-1'];
const rings = [{ name: 'internal', units: ['tenant-3', 'tenant-4'] }];

/** DESIGN §9, row by row, as one rollout goes through it. */
const stages: readonly (readonly [string, Partial<RouteSpec>])[] = [
  ['expand to verify', { baseStage: 'off', canaryStage: 'off', rings: [], share: 0 }],
  ['shadow', { baseStage: 'shadow', canaryStage: 'shadow', rings: [], share: 0 }],
  ['ring', { rings, share: 0 }],
  ['share', { rings, share: 25 }],
  ['share with a unit in quarantine', { rings, share: 50, quarantined: ['tenant-2', 'tenant-4'] }],
  ['soak', { baseStage: 'rampdown', canaryStage: 'rampdown', rings, share: 100, pinned: [] }],
  ['contract', { baseStage: 'complete', canaryStage: 'complete', pinned: [], safeSide: 'new' }],
  ['rollback', { baseStage: 'off', canaryStage: 'off', rings: [], share: 0 }],
];

let server: UnleashServer;
let provider: UnleashFlagProvider;
let client: Unleash;
let machine: string;
let kim: string;

beforeAll(async () => {
  server = await startUnleashServer();
  machine = await server.personalToken('crossfade-machine');
  provider = providerOn(server, machine);
  kim = await server.personalToken('kim');
  client = await connectUnleash(server.url, server.clientToken);
}, 180_000);

afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

function stagesOf(spec: RouteSpec): string[] {
  return population.map((unit) => `${unit} ${stageOfUnit(routeOf(spec), unit).stage}`);
}

async function arrived(name: string, version: number): Promise<void> {
  await untilServed(client, name, (feature) =>
    (feature?.strategies ?? []).some(
      ({ parameters }) =>
        parameters['crossfade.version'] === String(version) &&
        parameters['crossfade.fingerprint'] !== 'under way',
    ),
  );
}

describe('a rollout in a real Unleash', () => {
  it.each(stages)(
    '%s: reads back, and every unit is served as core/stage says',
    async (step, to) => {
      const name = 'users-birthdate';
      const version = stages.findIndex(([known]) => known === step) + 1;
      const spec = routeSpec({ pinned, rings: [], quarantined: [], ...to });
      await provider.set({ name, spec, version, enable: false });

      const seen = await provider.read(name);
      expect(seen).toMatchObject({ name, version, changedBy: 'crossfade' });
      expect(seen?.route).toMatchObject({ enabled: true, revision: expect.any(Number) });
      expect(seen !== null && sameRoute(seen.route, spec)).toBe(true);

      await arrived(name, version);
      const served = population.map((unit) => `${unit} ${variantOf(client, name, unit)}`);
      expect(served).toEqual(stagesOf(spec));
    },
  );
});

describe('a write', () => {
  const wanted = { name: 'written-once', spec: routeSpec(), version: 7, enable: false };

  it('is made once, however often it is asked for', async () => {
    await provider.set(wanted);
    const first = await provider.read(wanted.name);
    await provider.set(wanted);
    await provider.set({ ...wanted, version: 6, spec: routeSpec({ share: 90 }) });
    expect(await provider.read(wanted.name)).toEqual(first);
  });

  it('raises the revision, and the revision only', async () => {
    const before = await provider.read(wanted.name);
    await provider.set({ ...wanted, version: 8 });
    const after = await provider.read(wanted.name);
    expect(after).toMatchObject({ version: 8, route: { share: 25 } });
    expect(after?.route.revision).toBeGreaterThan(before?.route.revision ?? Infinity);
  });

  it('does not mix with that of another version which is asked for at the same time', async () => {
    const name = 'written-at-once';
    const shares = [10, 60, 90];
    const asked = shares.map((share, index) =>
      provider.set({ ...wanted, name, spec: routeSpec({ share }), version: index + 1 }),
    );
    await Promise.all(asked);
    const seen = await provider.read(name);
    expect(seen).toMatchObject({ version: 3, changedBy: 'crossfade', route: { share: 90 } });
  });

  it('is finished when it was cut short, at whatever request', async () => {
    for (let requests = 1; requests <= 14; requests += 1) {
      const name = `cut-short-${requests}`;
      const spec = routeSpec({ share: 10 });
      const proxy = await startCuttingProxy(server.url, requests);
      const first = providerOn(server, machine, proxy.url).set({ ...wanted, name, spec });
      await expect(first).rejects.toMatchObject({ code: 'unavailable' });
      await proxy.stop();
      await provider.set({ ...wanted, name, spec });
      const seen = await provider.read(name);
      expect(seen).toMatchObject({ version: 7, changedBy: 'crossfade', route: { enabled: true } });
      expect(seen !== null && sameRoute(seen.route, spec)).toBe(true);
    }
  });

  it('holds more units of one list than fit into one constraint', async () => {
    const spec = routeSpec({ pinned: population.slice(0, 600) });
    await provider.set({ ...wanted, name: 'many-pinned', spec });
    const seen = await provider.read('many-pinned');
    expect(seen?.route.pinned).toHaveLength(600);
  });

  it('is refused by name, before anything is written, when Unleash could not hold it', async () => {
    const crowd = Array.from({ length: 8000 }, (_, n) => `t${n}`);
    const tooMany = { ...wanted, name: 'crowd', spec: routeSpec({ pinned: crowd }) };
    await expect(provider.set(tooMany)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('Unleash allows 30'),
    });
    const tooLong = { ...wanted, name: 'crowd', spec: routeSpec({ pinned: ['x'.repeat(101)] }) };
    await expect(provider.set(tooLong)).rejects.toMatchObject({ code: 'refused' });
    expect(await provider.read('crowd')).toBeNull();
  });

  it("never takes over a flag that is somebody else's", async () => {
    await server.admin(kim, 'POST', features, { name: 'kims-flag', type: 'release' });
    await server.admin(kim, 'POST', `${environmentOf('kims-flag')}/strategies`, {
      name: 'flexibleRollout',
      parameters: { rollout: '50', stickiness: 'default', groupId: 'kims-flag' },
    });
    await expect(provider.set({ ...wanted, name: 'kims-flag' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining("none is Crossfade's"),
    });
  });

  it('makes the unit sticky in Unleash, and keeps what people wrote about the field', async () => {
    const field = { name: 'region', description: 'where it lives', stickiness: false };
    await server.admin(kim, 'POST', 'context', field);
    await provider.set({ ...wanted, name: 'by-region', spec: routeSpec({ unitKey: 'region' }) });
    const kept = await server.admin(kim, 'GET', 'context/region');
    expect(kept).toMatchObject({ ...field, stickiness: true });
  });

  it('is refused while the field allows listed values only: nobody else could be held', async () => {
    const legalValues = [{ value: 'gold' }];
    await server.admin(kim, 'POST', 'context', { name: 'plan', stickiness: true, legalValues });
    const spec = routeSpec({ unitKey: 'plan' });
    await expect(provider.set({ ...wanted, name: 'by-plan', spec })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('"plan" allows 1 listed values only'),
    });
  });
});

describe('a fault', () => {
  const wanted = { name: 'faulty', spec: routeSpec(), version: 1, enable: false };

  it('that may pass is unavailable', async () => {
    const proxy = await startCuttingProxy(server.url, 0);
    await expect(providerOn(server, machine, proxy.url).read('faulty')).rejects.toMatchObject({
      code: 'unavailable',
    });
    await proxy.stop();
  });

  it('of the token is forbidden, and says what to do', async () => {
    await expect(providerOn(server, 'nonsense').set(wanted)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('personal access token'),
    });
    await expect(providerOn(server, server.clientToken).set(wanted)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('different token type'),
    });
  });

  it('of the environment names those that exist', async () => {
    const elsewhere = new UnleashFlagProvider({
      url: server.url,
      token: machine,
      project: 'default',
      environment: 'staging',
    });
    await expect(elsewhere.set(wanted)).rejects.toMatchObject({
      code: 'invalidInput',
      message: expect.stringContaining('"development", "production"'),
    });
  });
});
