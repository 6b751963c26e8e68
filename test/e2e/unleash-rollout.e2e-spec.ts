import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import type { ParcelsWorld } from '../support/parcels-world.ts';
import { environmentOf } from '../support/unleash-project.ts';
import { connectUnleash, variantOf } from '../support/unleash-sdk.ts';
import type { UnleashServer } from '../support/unleash-server.ts';
import { parcelsFlag, UnleashWorld } from '../support/unleash-world.ts';
import { until } from '../support/until.ts';

const limitMs = 300_000;
/** One look a second, one tick, and the commands of this test: seconds, of which a busy machine makes several. */
const foundWithinMs = 30_000;
const name = 'parcels-grams';
const flag = parcelsFlag;

let both: UnleashWorld;
let unleash: UnleashServer;
let world: ParcelsWorld;
let kim: string;
let client: Unleash;

beforeAll(async () => {
  both = await UnleashWorld.open();
  ({ unleash, parcels: world } = both);
  kim = await unleash.personalToken('kim');
  client = await connectUnleash(unleash.url, unleash.clientToken);
}, limitMs);

afterAll(async () => {
  client?.destroy();
  await both?.close();
}, limitMs);

async function shareInUnleash(): Promise<StoredStrategy> {
  const all = await unleash.admin(kim, 'GET', `${environmentOf(flag)}/strategies`);
  return (all as StoredStrategy[]).find(
    ({ parameters }) => parameters['crossfade.role'] === 'share',
  )!;
}

async function setShare(rollout: string): Promise<void> {
  const share = await shareInUnleash();
  await unleash.admin(kim, 'PUT', `${environmentOf(flag)}/strategies/${share.id}`, {
    ...share,
    parameters: { ...share.parameters, rollout },
  });
}

/** What a person did at `since` is known, and the machine has stopped because of it. */
async function untilStopped(since: number): Promise<RolloutView> {
  const view = await world.until(({ phase }) => phase === 'paused');
  expect(performance.now() - since).toBeLessThan(foundWithinMs);
  return view;
}

/** The step of 50 % is over as soon as it has the evidence that it needs. */
async function promoted(): Promise<void> {
  const { api } = world.crossfade;
  await until(async () => {
    const { steps, stepIndex } = await api.rollout(name);
    if (steps[stepIndex]?.name !== 'share 50%') return true;
    // Refused until the evidence is there.
    await api.command(name, { verb: 'promote', requestId: randomUUID() }).catch(() => undefined);
    return false;
  });
}

/** What stands in the flag reaches the service a moment later. */
function everybodyIsBack(): Promise<void> {
  return until(async () => (await both.sidesOfDepots()).every((side) => side === 'v1'));
}

/** The same depots as Unleash's own client sees them, as soon as a change has reached it. */
async function expectAsInUnleash(sides: readonly string[]): Promise<void> {
  const deadline = performance.now() + foundWithinMs;
  const inUnleash = (): readonly string[] =>
    sides.map((_, depot) => {
      const stage = variantOf(client, flag, `depot-${depot}`, 'depot');
      return ['live', 'rampdown', 'complete'].includes(stage) ? 'v2' : 'v1';
    });
  while (String(inUnleash()) !== String(sides) && performance.now() < deadline) await sleep(50);
  expect(sides).toEqual(inUnleash());
}

describe('a rollout whose flag lives in Unleash', () => {
  it(
    'goes to 50 %: the service serves each depot as Unleash says',
    async () => {
      await both.begin();
      await both.untilServed(50);
      expect((await shareInUnleash()).parameters['rollout']).toBe('50');
      const sides = await both.sidesOfDepots();
      expect(new Set(sides)).toEqual(new Set(['v1', 'v2']));
      await expectAsInUnleash(sides);
    },
    limitMs,
  );

  it(
    'stops when a person switches the flag off, and says who did it',
    async () => {
      const since = performance.now();
      await unleash.admin(kim, 'POST', `${environmentOf(flag)}/off`);
      const { stop } = await untilStopped(since);
      expect(stop).toMatchObject({ by: 'kim', reason: expect.stringContaining('switched') });
      await world.until(({ exposure }) => exposure.set === 0 && exposure.wanted === 50);
      await everybodyIsBack();
      const status = await world.crossfade.say('status', name);
      expect(status).toMatchObject({ status: 4 });
      expect(status.out).toMatch(
        /flag +parcels-in-grams OFF, changed by kim at [-\d]* ?\d\d:\d\d:\d\d/,
      );
      const why = await world.crossfade.say('why', name);
      expect(why.out).toMatch(/\d\d:\d\d:\d\d PAUSE, step share 50%, by kim/);
    },
    limitMs,
  );

  it(
    'goes on when it is told to',
    async () => {
      expect(await world.crossfade.say('resume', name)).toMatchObject({ status: 0 });
      await both.untilServed(50);
      await expectAsInUnleash(await both.sidesOfDepots());
    },
    limitMs,
  );

  it(
    'stops when a person makes of the flag what is no route, and heeds that it was switched off',
    async () => {
      const since = performance.now();
      const everybody = { name: 'flexibleRollout', parameters: { rollout: '100' } };
      await unleash.admin(kim, 'POST', `${environmentOf(flag)}/strategies`, everybody);
      await unleash.admin(kim, 'POST', `${environmentOf(flag)}/off`);
      const { stop } = await untilStopped(since);
      expect(stop).toMatchObject({ by: 'kim' });
      await world.until(({ exposure }) => exposure.set === 0);
      await everybodyIsBack();
      expect(await world.crossfade.say('resume', name)).toMatchObject({ status: 0 });
      await both.untilServed(50);
      await expectAsInUnleash(await both.sidesOfDepots());
    },
    limitMs,
  );

  it(
    'stops when a person raises the share, shows it, and does not make it its own',
    async () => {
      const since = performance.now();
      await setShare('90');
      const { stop } = await untilStopped(since);
      expect(stop).toMatchObject({ by: 'kim', reason: expect.stringContaining('changed') });
      const { exposure, stepIndex, steps } = await world.until(
        ({ exposure: { set } }) => set === 90,
      );
      expect(exposure.wanted).toBe(50);
      expect(steps[stepIndex]?.name).toBe('share 50%');
      const status = await world.crossfade.say('status', name);
      expect(status.out).toMatch(/exposure +wanted 50% +set 90%/);
      expect(status.out).toMatch(/flag +parcels-in-grams on, changed by kim at/);
      expect((await shareInUnleash()).parameters['rollout']).toBe('90');
    },
    limitMs,
  );

  it(
    'takes the raised share back when it is told to go on, and completes',
    async () => {
      expect(await world.crossfade.say('resume', name)).toMatchObject({ status: 0 });
      await both.untilServed(50);
      expect((await shareInUnleash()).parameters['rollout']).toBe('50');
      await expectAsInUnleash(await both.sidesOfDepots());
      await promoted();
      await world.until(({ steps, stepIndex }) => steps[stepIndex]?.kind === 'contract');
      const done = await world.crossfade.say('complete', name, '--confirm', name);
      expect(done).toMatchObject({ status: 0 });
      const { phase } = await world.until(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('completed');
      expect(new Set(await both.sidesOfDepots())).toEqual(new Set(['v2']));
      await world.service.rest();
      expect(world.service.failures).toEqual([]);
      expect(await world.lostIn('v2.parcels', 'grams')).toEqual([]);
    },
    limitMs,
  );

  it('left every change under a name in Unleash, its own under its own', async () => {
    const { events } = (await unleash.admin(
      kim,
      'GET',
      `search/events?feature=IS:${flag}&limit=1000`,
    )) as {
      events: { type: string; createdBy: string }[];
    };
    const ofKim = events.filter(({ createdBy }) => createdBy === 'kim').map(({ type }) => type);
    expect(ofKim.toSorted()).toEqual([
      'feature-environment-disabled',
      'feature-environment-disabled',
      'feature-strategy-add',
      'feature-strategy-update',
    ]);
  });
});
