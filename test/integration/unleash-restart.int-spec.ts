import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sameRoute } from '../../src/core/flags/same-route.ts';
import { killRoute } from '../../src/core/rollout/wanted-route.ts';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { routeSpec } from '../support/random-route.ts';
import { environmentOf, providerOn } from '../support/unleash-project.ts';
import { startUnleashServer } from '../support/unleash-server.ts';
import type { UnleashServer } from '../support/unleash-server.ts';

const limitMs = 120_000;

let server: UnleashServer;
let machine: string;
let kim: string;

beforeAll(async () => {
  server = await startUnleashServer();
  machine = await server.personalToken('crossfade-machine');
  kim = await server.personalToken('kim');
}, limitMs);

afterAll(async () => {
  await server?.stop();
}, limitMs);

async function strategiesOf(flag: string): Promise<readonly StoredStrategy[]> {
  const all = await server.admin(kim, 'GET', `${environmentOf(flag)}/strategies`);
  return all as StoredStrategy[];
}

async function expectWritten(name: string, version: number): Promise<void> {
  const seen = await providerOn(server, machine).read(name);
  expect(seen).toMatchObject({ version, changedBy: 'crossfade', route: { enabled: true } });
  expect(seen !== null && sameRoute(seen.route, routeSpec())).toBe(true);
}

describe('an Unleash that goes away in the midst of a write', () => {
  const wanted = { name: 'restarted', spec: routeSpec(), version: 1, enable: false };

  it(
    'is unavailable meanwhile, and the same provider finishes the write when it is back',
    async () => {
      // The first requests arrive; then it is gone with the answer of the last one.
      const proxy = await startCuttingProxy(server.url, 6);
      const write = providerOn(server, machine, proxy.url).set(wanted);
      await expect(write).rejects.toMatchObject({ code: 'unavailable' });
      await proxy.stop();
      const provider = providerOn(server, machine);
      await server.halt();
      await expect(provider.set(wanted)).rejects.toMatchObject({ code: 'unavailable' });
      await expect(provider.read(wanted.name)).rejects.toMatchObject({ code: 'unavailable' });
      await server.resume();
      await provider.set(wanted);
      await expectWritten(wanted.name, 1);
    },
    limitMs,
  );
});

describe('a token that is taken away in the midst of a write', () => {
  it('is forbidden, with what to do, and another one of the same identity finishes it', async () => {
    const wanted = { name: 'revoked', spec: routeSpec(), version: 1, enable: false };
    const proxy = await startCuttingProxy(server.url, 7);
    const write = providerOn(server, machine, proxy.url).set(wanted);
    await expect(write).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.stop();
    const { pats } = (await server.admin(machine, 'GET', 'user/tokens')) as {
      pats: readonly { id: string | number }[];
    };
    const description = { description: 'another', expiresAt: '2099-01-01T00:00:00.000Z' };
    const made = await server.admin(machine, 'POST', 'user/tokens', description);
    const provider = providerOn(server, machine);
    for (const { id } of pats) await server.admin(machine, 'DELETE', `user/tokens/${id}`);
    await expect(provider.set(wanted)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('answered 401'),
    });
    await expect(provider.read(wanted.name)).rejects.toMatchObject({ code: 'forbidden' });
    machine = (made as { secret: string }).secret;
    await providerOn(server, machine).set(wanted);
    await expectWritten(wanted.name, 1);
  });
});

describe('a flag without strategies that a person switches on', () => {
  it('lets Unleash in everybody: it is named, and a rollback takes it back all the same', async () => {
    const wanted = { name: 'emptied', spec: routeSpec(), version: 1, enable: false };
    const provider = providerOn(server, machine);
    await provider.set(wanted);
    await server.admin(kim, 'POST', `${environmentOf(wanted.name)}/off`);
    for (const { id } of await strategiesOf(wanted.name)) {
      await server.admin(kim, 'DELETE', `${environmentOf(wanted.name)}/strategies/${id}`);
    }
    await server.admin(kim, 'POST', `${environmentOf(wanted.name)}/on`);
    expect(await strategiesOf(wanted.name)).toMatchObject([
      { name: 'flexibleRollout', parameters: { rollout: '100' } },
    ]);
    await expect(provider.read(wanted.name)).rejects.toMatchObject({ changedBy: 'kim' });
    const back = killRoute(routeSpec());
    await provider.set({ ...wanted, version: 2, spec: back });
    const seen = await provider.read(wanted.name);
    expect(seen !== null && sameRoute(seen.route, back)).toBe(true);
    await provider.set({ ...wanted, version: 3 });
    await expectWritten(wanted.name, 3);
  });
});
