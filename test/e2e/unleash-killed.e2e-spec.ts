import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import { depots } from '../support/parcels.ts';
import { environmentOf } from '../support/unleash-project.ts';
import { parcelsFlag, UnleashWorld } from '../support/unleash-world.ts';

const limitMs = 300_000;
/** A look, a tick, and the commands of this test: seconds, of which a busy machine makes several. */
const backWithinMs = 30_000;
const name = 'parcels-grams';
const allOld = Array.from({ length: depots }, () => 'v1');

let world: UnleashWorld;

beforeAll(async () => {
  world = await UnleashWorld.open();
}, limitMs);

afterAll(async () => {
  await world?.close();
}, limitMs);

/** The stages that Unleash's strategies give, in their order. */
async function stagesInUnleash(): Promise<readonly (string | undefined)[]> {
  const { unleash } = world;
  const path = `${environmentOf(parcelsFlag)}/strategies`;
  const all = (await unleash.admin(unleash.adminToken, 'GET', path)) as StoredStrategy[];
  return all.map(({ variants }) => variants[0]?.name);
}

describe('Unleash is killed in the middle of a rollout', () => {
  it(
    'and a rollback reaches every instance all the same, with no failed request and nothing lost',
    async () => {
      const { unleash, parcels } = world;
      await world.begin();
      await world.untilServed(50);
      expect(new Set(await world.sidesOfDepots())).toEqual(new Set(['v1', 'v2']));
      await unleash.halt('SIGKILL');
      // Nobody moves because of it.
      expect(new Set(await world.sidesOfDepots())).toEqual(new Set(['v1', 'v2']));
      const since = performance.now();
      expect(await parcels.crossfade.say('rollback', name)).toMatchObject({ status: 0 });
      await parcels.until(({ phase }) => phase === 'rolling_back');
      while (String(await world.sidesOfDepots()) !== String(allOld)) {
        expect(performance.now() - since).toBeLessThan(backWithinMs);
      }
      await parcels.service.rest();
      expect(parcels.service.failures).toEqual([]);
      expect(await parcels.lostIn('v1.parcels', 'weight')).toEqual([]);
    },
    limitMs,
  );

  it(
    'and the rollback does not claim to have arrived, since plain clients of Unleash follow nothing else',
    async () => {
      const { phase, rollback } = await world.parcels.until(() => true);
      expect(phase).toBe('rolling_back');
      expect(rollback).toMatchObject({ convergedAt: null });
    },
    limitMs,
  );

  it(
    'and it ends when Unleash is back, which then says the same',
    async () => {
      const { unleash, parcels } = world;
      expect(await parcels.until(() => true)).toMatchObject({ phase: 'rolling_back' });
      await unleash.resume();
      const { phase } = await parcels.until(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('rolled_back');
      expect(await stagesInUnleash()).not.toContain('live');
      expect(await world.sidesOfDepots()).toEqual(allOld);
    },
    limitMs,
  );
});
