import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UnleashFlagProvider } from '../../src/adapters/unleash/unleash-flag-provider.ts';
import { ForeignEdit } from '../../src/core/flags/foreign-edit.ts';
import { sameRoute } from '../../src/core/flags/same-route.ts';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import { killRoute } from '../../src/core/rollout/wanted-route.ts';
import type { WantedFlag } from '../../src/engine/ports/flag-provider.ts';
import { routeSpec } from '../support/random-route.ts';
import { environmentOf, features, providerOn } from '../support/unleash-project.ts';
import { startUnleashServer } from '../support/unleash-server.ts';
import type { UnleashServer } from '../support/unleash-server.ts';

let server: UnleashServer;
let provider: UnleashFlagProvider;
let machine: string;
let kim: string;

beforeAll(async () => {
  server = await startUnleashServer();
  machine = await server.personalToken('crossfade-machine');
  provider = providerOn(server, machine);
  kim = await server.personalToken('kim');
}, 180_000);

afterAll(async () => {
  await server?.stop();
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

  it('is not overruled by what was decided before it was seen, unless everybody goes back', async () => {
    const seen = (await provider.read(name))!.route.revision;
    const { parameters } = await strategyOf('share');
    await edit('share', { parameters: { ...parameters, rollout: '10' } });
    const next = wanted({ version: version + 1, spec: routeSpec({ share: 50 }), seen });
    await expect(provider.set(next)).rejects.toThrow(
      /kim changed .* after version \d+ was decided/,
    );
    const found = await provider.read(name);
    expect(found).toMatchObject({ version: null, changedBy: 'kim', route: { share: 10 } });

    await provider.set({ ...next, seen: found!.route.revision });
    expect(await provider.read(name)).toMatchObject({ route: { share: 50 } });
    await edit('share', { parameters: { ...parameters, rollout: '60' } });
    const back = routeSpec({ baseStage: 'off', canaryStage: 'off', share: 0 });
    await provider.set({ ...next, version: version + 2, spec: back });
    expect(await provider.read(name)).toMatchObject({ version: version + 2, route: { share: 0 } });
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

  it('who archives it is named, and it comes back only when a person says go on', async () => {
    const own = wanted({ name: 'archived' });
    await provider.set(own);
    await server.admin(kim, 'DELETE', `${features}/archived`);
    await expect(provider.read('archived')).rejects.toMatchObject({
      changedBy: 'kim',
      message: expect.stringContaining('feature-archived'),
    });
    await expect(provider.set({ ...own, version: version + 1 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('was archived'),
    });

    await provider.set({ ...own, version: version + 2, enable: true });
    const back = await provider.read('archived');
    const shown = { version: version + 2, changedBy: 'crossfade', route: { enabled: true } };
    expect(back).toMatchObject(shown);
    expect(back !== null && sameRoute(back.route, routeSpec())).toBe(true);
  });

  it('who archives it is answered as soon as Crossfade has begun to bring it back', async () => {
    const own = wanted({ name: 'half-revived' });
    await provider.set(own);
    await server.admin(kim, 'DELETE', `${features}/${own.name}`);
    await server.admin(machine, 'POST', `archive/revive/${own.name}`);
    const seen = { version, changedBy: 'crossfade', route: { enabled: false } };
    expect(await provider.read(own.name)).toMatchObject(seen);
  });

  it('who deletes it for good is named as well, and overruled when a person says go on', async () => {
    const own = wanted({ name: 'deleted' });
    await provider.set(own);
    await server.admin(kim, 'DELETE', `${features}/deleted`);
    await server.admin(kim, 'DELETE', 'archive/deleted');
    await expect(provider.read('deleted')).rejects.toMatchObject({
      changedBy: 'kim',
      enabled: false,
      message: expect.stringContaining('feature-deleted'),
    });
    await provider.set({ ...own, version: version + 1, enable: true });
    expect(await provider.read('deleted')).toMatchObject({ version: version + 1 });
  });

  it('who archives it is overruled by a rollback, which leaves it switched off', async () => {
    const own = wanted({ name: 'archived-before-rollback' });
    await provider.set(own);
    await server.admin(kim, 'DELETE', `${features}/${own.name}`);
    const spec = killRoute(routeSpec());
    await provider.set({ ...own, version: version + 1, spec });
    const back = await provider.read(own.name);
    expect(back).toMatchObject({ version: version + 1, route: { enabled: false } });
  });

  it('who archives a flag of their own keeps its name: Crossfade does not take it', async () => {
    await server.admin(kim, 'POST', features, { name: 'kims-own', type: 'release' });
    await server.admin(kim, 'DELETE', `${features}/kims-own`);
    const taken = provider.set(wanted({ name: 'kims-own', enable: true }));
    await expect(taken).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a script with the same token as Crossfade', () => {
  it('is told from Crossfade all the same, by what it changed', async () => {
    const shared = providerOn(server, server.adminToken);
    const name = 'shared-token';
    await shared.set({ name, spec: routeSpec(), version: 1, enable: false });
    expect(await shared.read(name)).toMatchObject({ version: 1, changedBy: 'crossfade' });
    await server.admin(server.adminToken, 'POST', `${environmentOf(name)}/off`);
    expect(await shared.read(name)).toMatchObject({ version: null, route: { enabled: false } });
    expect((await shared.read(name))?.changedBy).not.toBe('crossfade');
  });
});

describe('who Crossfade is in Unleash', () => {
  it('may do all that is needed as an administrator, by a token of either kind', async () => {
    const words = 'Unleash 8.2.0, project default, environment development';
    expect(await provider.standing()).toEqual({ words, lacks: [] });
    const shared = providerOn(server, server.adminToken);
    expect(await shared.standing()).toEqual({ words, lacks: [] });
  });

  it('lacks every right by name that its identity was not given', async () => {
    const token = await server.personalToken('looks-on');
    const { users } = (await server.admin(server.adminToken, 'GET', 'user-admin')) as {
      users: readonly { id: number; username: string }[];
    };
    const { id } = users.find(({ username }) => username === 'looks-on')!;
    await server.admin(server.adminToken, 'PUT', `user-admin/${id}`, { rootRole: 3 });
    const { lacks } = await providerOn(server, token).standing();
    expect(lacks).toEqual(expect.arrayContaining(['CREATE_FEATURE', 'UPDATE_FEATURE_STRATEGY']));
  });

  it('is told of a place that is not there', async () => {
    const elsewhere = (place: { project?: string; environment?: string }) =>
      new UnleashFlagProvider({
        url: server.url,
        token: machine,
        project: 'default',
        environment: 'development',
        ...place,
      }).standing();
    expect((await elsewhere({ environment: 'staging' })).lacks).toEqual(['environment staging']);
    expect((await elsewhere({ project: 'shop' })).lacks).toContain('project shop');
  });
});
