import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import { UnleashFlagProvider } from '../../src/adapters/unleash/unleash-flag-provider.ts';
import { ForeignEdit } from '../../src/core/flags/foreign-edit.ts';
import { sameRoute } from '../../src/core/flags/same-route.ts';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import type { RouteSpec } from '../../src/core/protocol/route.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import type { WantedFlag } from '../../src/engine/ports/flag-provider.ts';
import { routeOf, routeSpec } from '../support/random-route.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { connectUnleash, untilServed, variantOf } from '../support/unleash-sdk.ts';
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
  provider = providerOf(machine);
  kim = await server.personalToken('kim');
  client = await connectUnleash(server.url, server.clientToken);
}, 90_000);

afterAll(async () => {
  client?.destroy();
  await server?.stop();
}, 30_000);

function providerOf(token: string, url = server.url): UnleashFlagProvider {
  return new UnleashFlagProvider({ url, token, project: 'default', environment: 'development' });
}

const features = 'projects/default/features';

function environmentOf(flag: string): string {
  return `${features}/${flag}/environments/development`;
}

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

  it('is finished when it was cut short, at whatever request', async () => {
    for (let requests = 1; requests <= 14; requests += 1) {
      const name = `cut-short-${requests}`;
      const spec = routeSpec({ share: 10 });
      const proxy = await startCuttingProxy(server.url, requests);
      const first = providerOf(machine, proxy.url).set({ ...wanted, name, spec });
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

describe('a person in Unleash', () => {
  const name = 'touched-by-kim';
  let version = 0;

  /** The flag as Crossfade leaves it before each test. */
  beforeEach(async () => {
    version += 10;
    await provider.set({ name, spec: routeSpec(), version, enable: true });
  });

  function wanted(changes: Partial<WantedFlag> = {}): WantedFlag {
    return { name, spec: routeSpec(), version, enable: false, ...changes };
  }

  async function strategyOf(role: string): Promise<StoredStrategy> {
    const path = `${environmentOf(name)}/strategies`;
    const all = (await server.admin(kim, 'GET', path)) as StoredStrategy[];
    return all.find(({ parameters }) => parameters['crossfade.role'] === role)!;
  }

  async function edit(role: string, change: Partial<StoredStrategy>): Promise<void> {
    const strategy = await strategyOf(role);
    const path = `${environmentOf(name)}/strategies/${strategy.id}`;
    await server.admin(kim, 'PUT', path, { ...strategy, ...change });
  }

  it('is seen switching it off, with who and when, and nothing but a go-on undoes it', async () => {
    const before = Date.now();
    await server.admin(kim, 'POST', `${environmentOf(name)}/off`);
    const off = await provider.read(name);
    expect(off).toMatchObject({ version: null, changedBy: 'kim', route: { enabled: false } });
    expect(off?.changedAt).toBeGreaterThanOrEqual(before - 1);
    expect(off?.changedAt).toBeLessThanOrEqual(Date.now());

    await provider.set(wanted());
    expect(await provider.read(name)).toMatchObject({
      changedBy: 'kim',
      route: { enabled: false },
    });
    await provider.set(wanted({ version: version + 1, spec: routeSpec({ share: 0 }) }));
    const reduced = await provider.read(name);
    expect(reduced).toMatchObject({ version: version + 1, route: { enabled: false, share: 0 } });

    await provider.set(wanted({ version: version + 2, enable: true }));
    const on = await provider.read(name);
    expect(on).toMatchObject({
      changedBy: 'crossfade',
      version: version + 2,
      route: { enabled: true },
    });
  });

  it('is seen changing the share, which stays until a newer version is wanted', async () => {
    const { parameters } = await strategyOf('share');
    await edit('share', { parameters: { ...parameters, rollout: '60' } });
    const seen = { version: null, changedBy: 'kim', route: { share: 60 } };
    expect(await provider.read(name)).toMatchObject(seen);
    await provider.set(wanted());
    expect(await provider.read(name)).toMatchObject(seen);

    await provider.set(wanted({ version: version + 1 }));
    const again = await provider.read(name);
    expect(again).toMatchObject({
      version: version + 1,
      changedBy: 'crossfade',
      route: { share: 25 },
    });
  });

  it.each([
    [
      'drops the salt',
      'share',
      { parameters: { rollout: '25', stickiness: 'tenantId' } },
      /was not written by/,
    ],
    [
      'wipes a constraint',
      'ring',
      { constraints: [] },
      /names no units: it would hold for everyone/,
    ],
    ['disables the last strategy', 'everyone', { disabled: true }, /"everyone" is missing/],
  ])(
    'who %s is named with the reason, and overruled by a newer version',
    async (_, role, change, reason) => {
      await edit(role, change);
      const failed = await provider.read(name).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ForeignEdit);
      expect(failed).toMatchObject({
        code: 'conflict',
        changedBy: 'kim',
        message: expect.stringMatching(reason),
      });

      await provider.set(wanted({ version: version + 1 }));
      const seen = await provider.read(name);
      expect(seen).toMatchObject({ version: version + 1, changedBy: 'crossfade' });
      expect(seen !== null && sameRoute(seen.route, routeSpec())).toBe(true);
    },
  );

  it('who reorders strategies and adds one for everybody is overruled likewise', async () => {
    const { id } = await strategyOf('everyone');
    const path = `${environmentOf(name)}/strategies`;
    await server.admin(kim, 'POST', `${path}/set-sort-order`, [{ id, sortOrder: 1 }]);
    await server.admin(kim, 'POST', path, { name: 'flexibleRollout', sortOrder: 0 });
    await expect(provider.read(name)).rejects.toMatchObject({ changedBy: 'kim' });

    await provider.set(wanted({ version: version + 1 }));
    const seen = await provider.read(name);
    expect(seen !== null && sameRoute(seen.route, routeSpec())).toBe(true);
  });

  it('who only describes or tags the flag changes nothing', async () => {
    await server.admin(kim, 'POST', `features/${name}/tags`, {
      type: 'simple',
      value: `v${version}`,
    });
    expect(await provider.read(name)).toMatchObject({ version, changedBy: 'crossfade' });
  });

  it('who archives it is named, and Crossfade does not bring it back', async () => {
    await provider.set(wanted({ name: 'archived' }));
    await server.admin(kim, 'DELETE', `${features}/archived`);
    await expect(provider.read('archived')).rejects.toMatchObject({
      changedBy: 'kim',
      message: expect.stringContaining('feature-archived'),
    });
    await expect(provider.set(wanted({ name: 'archived' }))).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('a script with the same token as Crossfade', () => {
  it('is told from Crossfade all the same, by what it changed', async () => {
    const shared = providerOf(server.adminToken);
    const name = 'shared-token';
    await shared.set({ name, spec: routeSpec(), version: 1, enable: false });
    expect(await shared.read(name)).toMatchObject({ version: 1, changedBy: 'crossfade' });
    await server.admin(server.adminToken, 'POST', `${environmentOf(name)}/off`);
    expect(await shared.read(name)).toMatchObject({ version: null, route: { enabled: false } });
    expect((await shared.read(name))?.changedBy).not.toBe('crossfade');
  });
});

describe('a fault', () => {
  const wanted = { name: 'faulty', spec: routeSpec(), version: 1, enable: false };

  it('that may pass is unavailable', async () => {
    const proxy = await startCuttingProxy(server.url, 0);
    await expect(providerOf(machine, proxy.url).read('faulty')).rejects.toMatchObject({
      code: 'unavailable',
    });
    await proxy.stop();
  });

  it('of the token is forbidden, and says what to do', async () => {
    await expect(providerOf('nonsense').set(wanted)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('personal access token'),
    });
    await expect(providerOf(server.clientToken).set(wanted)).rejects.toMatchObject({
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
