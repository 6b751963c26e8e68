import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { GatewayWorld, shortMemory } from '../support/gateway-world.ts';
import { lostParcels } from '../support/lost-parcels.ts';
import { depots } from '../support/parcels.ts';
import { until } from '../support/until.ts';
import { untilView } from '../support/until-view.ts';

const limitMs = 400_000;
const name = 'parcels-grams';
const policy = 'docs/gateway/policy.yaml';
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
    'the gateway takes part as an instance of each server, served by it, and the old one answers everybody',
    async () => {
      const { crossfade, customers } = world;
      const text = (await readFile(policy, 'utf8')).replace(
        'to: 50%, bake: 3s',
        'to: 50%, bake: 1h',
      );
      await crossfade.api.apply([{ name: policy, text }]);
      expect(await customers.versions()).toEqual(all('v1'));
      const instances = async () => (await crossfade.api.instances('parcels-api')).instances;
      await until(async () => {
        const all = await instances();
        const serving = all.filter(({ level, state }) => level === 'served' && state === 'live');
        return serving.length === 2 || all.length > 2;
      });
      const gateway = {
        instance: expect.stringMatching(/^nginx-1 via /),
        client: 'gateway',
        level: 'served',
        state: 'live',
        migrations: [{ migration: name }],
      };
      expect(await instances()).toMatchObject([gateway, gateway]);
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
      const { customers } = world;
      const sides = await customers.versions();
      await world.cutOff();
      expect(await customers.versions()).toEqual(sides);
      // Who has no last answer is served by the safe side.
      expect(await customers.strangers(30)).not.toContain('v2');
      await world.remember(shortMemory);
      // Without a last answer, an answer that comes too late on a busy machine is one of the safe side.
      await until(async () => String(await customers.versions()) === String(sides));
      await world.cutOff(shortMemory);
      await until(async () => String(await customers.versions()) === String(all('v1')));
      await world.reconnect();
      expect(await customers.versions()).toEqual(sides);
    },
    limitMs,
  );

  it(
    'moves nobody when one of its servers is killed, and fails no request',
    async () => {
      const { customers } = world;
      const sides = await customers.versions();
      await world.killSecond();
      for (let turn = 0; turn < 3; turn += 1) expect(await customers.versions()).toEqual(sides);
      expect(customers.failures).toEqual([]);
    },
    limitMs,
  );

  it(
    'goes back without a failed request, and arrives within seconds: the dead server answers nobody',
    async () => {
      const { crossfade, customers } = world;
      expect(await crossfade.say('rollback', name)).toMatchObject({ status: 0 });
      await until(async () => String(await customers.versions()) === String(all('v1')));
      // Its lease, the silence and what nginx may still be doing: 10, 3 and 11 seconds.
      await world.silentLonger(25);
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
      expect(await crossfade.say('apply', '-f', policy)).toMatchObject({ status: 0 });
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
