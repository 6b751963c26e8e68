import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { GatewayWorld } from '../support/gateway-world.ts';
import { lostParcels } from '../support/lost-parcels.ts';
import { depots } from '../support/parcels.ts';
import { until } from '../support/until.ts';
import { untilView } from '../support/until-view.ts';

const limitMs = 240_000;
const name = 'parcels-grams';
const all = (version: string): readonly string[] => Array.from({ length: depots }, () => version);

let world: GatewayWorld;

beforeAll(async () => {
  world = await GatewayWorld.open();
}, limitMs);

afterAll(async () => {
  await world?.close();
}, limitMs);

function untilSeen(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
  return untilView(world.crossfade, name, condition);
}

const isAt =
  (percent: number) =>
  ({ exposure }: RolloutView): boolean =>
    exposure.acknowledged === percent;

function lostIn(view: string, column: string): Promise<readonly number[]> {
  return lostParcels(world.targetUrl, view, column, world.customers.written);
}

describe('two deployments of an application without SDK, behind nginx', () => {
  it(
    'the gateway takes part as an instance that is served, and the old one answers everybody',
    async () => {
      const { crossfade, customers } = world;
      expect(await crossfade.say('apply', '-f', 'docs/gateway/policy.yaml')).toMatchObject({
        status: 0,
      });
      expect(await customers.versions()).toEqual(all('v1'));
      const { instances } = await crossfade.api.instances('parcels-api');
      expect(instances).toMatchObject([
        {
          instance: expect.stringMatching(/^nginx-1 via /),
          client: 'gateway',
          level: 'served',
          state: 'live',
          migrations: [{ migration: name }],
        },
      ]);
    },
    limitMs,
  );

  it(
    'goes to 50 %: judged by the log, served by both',
    async () => {
      const { crossfade, customers } = world;
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      await untilSeen(isAt(50));
      expect(new Set(await customers.versions())).toEqual(new Set(['v1', 'v2']));
      const why = await untilSeen(({ guards }) => guards.some(({ verdict }) => verdict === 'pass'));
      expect(why.guards.map(({ guard }) => guard)).toEqual(['errors']);
    },
    limitMs,
  );

  it(
    'moves nobody while Crossfade cannot be asked, up to its bound, and goes on when it can',
    async () => {
      const { crossfade, customers } = world;
      // Else the next step could come between two looks, and move somebody in its own right.
      expect(await crossfade.say('pause', name)).toMatchObject({ status: 0 });
      const sides = await customers.versions();
      await world.cutOff();
      // Who has no last answer is served by the safe side: so it is seen that the way is cut.
      await until(async () => !(await customers.strangers(30)).includes('v2'));
      expect(await customers.versions()).toEqual(sides);
      await until(async () => String(await customers.versions()) === String(all('v1')));
      await world.reconnect();
      await until(async () => String(await customers.versions()) === String(sides));
    },
    limitMs,
  );

  it(
    'goes back without a failed request',
    async () => {
      const { crossfade, customers } = world;
      expect(await crossfade.say('rollback', name)).toMatchObject({ status: 0 });
      const { phase } = await untilSeen(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('rolled_back');
      expect(await customers.versions()).toEqual(all('v1'));
      await customers.rest();
      expect(customers.answers.v2).toBeGreaterThan(20);
      expect(await lostIn('v1.parcels', 'weight')).toEqual([]);
      expect(await lostIn('v2.parcels', 'grams')).toEqual([]);
      expect(customers.failures).toEqual([]);
    },
    limitMs,
  );

  it(
    'goes through a rollout: contract waits until the gateway falls to new by itself',
    async () => {
      const { crossfade, customers } = world;
      customers.resume();
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      await untilSeen(({ steps, stepIndex }) => steps[stepIndex]?.kind === 'contract');
      expect(await crossfade.say('complete', name, '--confirm', name)).toMatchObject({ status: 0 });
      await untilSeen(({ waitingFor }) =>
        /safe side is still old: nginx-1/.test(String(waitingFor)),
      );
      await world.fallToNew();
      const { phase } = await untilSeen(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('completed');
      expect(await customers.versions()).toEqual(all('v2'));
      await customers.rest();
      expect(await lostIn('v2.parcels', 'grams')).toEqual([]);
      expect(customers.failures).toEqual([]);
    },
    limitMs,
  );

  it(
    'answers by the safe side when Crossfade is gone',
    async () => {
      const { crossfade, customers } = world;
      await crossfade.stop();
      expect(await customers.versions()).toEqual(all('v2'));
    },
    limitMs,
  );
});
