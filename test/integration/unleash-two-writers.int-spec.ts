import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UnleashFlagProvider } from '../../src/adapters/unleash/unleash-flag-provider.ts';
import { CrossfadeError } from '../../src/core/errors.ts';
import { sameRoute } from '../../src/core/flags/same-route.ts';
import type { RouteSpec } from '../../src/core/protocol/route.ts';
import type { ObservedFlag } from '../../src/engine/ports/flag-provider.ts';
import { startHoldingProxy } from '../support/holding-proxy.ts';
import { routeSpec } from '../support/random-route.ts';
import { providerOn } from '../support/unleash-project.ts';
import { startUnleashServer } from '../support/unleash-server.ts';
import type { UnleashServer } from '../support/unleash-server.ts';

/** The versions of a rollout that two replicas write at the same moment: up, and back. */
const first = routeSpec({ pinned: ['tenant-1'], rings: [], share: 10 });
const up = routeSpec({ pinned: [], rings: [{ name: 'internal', units: ['tenant-3'] }], share: 50 });
const back = routeSpec({ baseStage: 'off', canaryStage: 'off', rings: [], share: 0 });

/** More writes than the first version needs to become the second. */
const writes = [1, 2, 3, 4, 5, 6, 7, 8];

let server: UnleashServer;
let token: string;

beforeAll(async () => {
  server = await startUnleashServer();
  token = await server.personalToken('crossfade-machine');
}, 180_000);

afterAll(async () => {
  await server?.stop();
});

/** What the collector makes of the flag; null in the midst of a write. */
async function seen(replica: UnleashFlagProvider, name: string): Promise<ObservedFlag | null> {
  try {
    return await replica.read(name);
  } catch (error) {
    if (error instanceof CrossfadeError && error.code === 'unavailable') return null;
    throw error;
  }
}

/** Asks for the version until it is seen, as the engine does, and never takes what is there for an edit. */
async function bring(
  replica: UnleashFlagProvider,
  name: string,
  version: number,
  spec: RouteSpec,
): Promise<ObservedFlag> {
  for (let turn = 0; turn < 5; turn += 1) {
    const flag = await seen(replica, name);
    const by = flag?.changedBy ?? 'crossfade';
    if (by !== 'crossfade') throw new Error(`it was taken for an edit by ${by}`);
    if (flag?.version === version) return flag;
    await replica.set({ name, spec, version, enable: false }).catch(() => undefined);
  }
  throw new Error(`version ${version} was never seen`);
}

describe('two replicas that write two versions of a flag at the same moment', () => {
  it.each(writes)(
    'leave no mixture that is taken for an edit when write %i of the older one comes last',
    async (nth) => {
      const name = `two-writers-${nth}`;
      const newer = providerOn(server, token);
      await newer.set({ name, spec: first, version: 1, enable: false });
      const proxy = await startHoldingProxy(server.url, nth);
      try {
        const older = providerOn(server, token, proxy.url);
        const late = older.set({ name, spec: up, version: 2, enable: false });
        const ended = late.catch(() => undefined);
        await Promise.race([proxy.held, ended]);
        await newer.set({ name, spec: back, version: 3, enable: false });
        proxy.release();
        await ended;
        const flag = await bring(newer, name, 3, back);
        expect({ by: flag.changedBy, isBack: sameRoute(flag.route, back) }).toEqual({
          by: 'crossfade',
          isBack: true,
        });
      } finally {
        proxy.release();
        await proxy.stop();
      }
    },
  );
});
