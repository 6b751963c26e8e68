import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RouteEdit } from '../../src/core/flags/edit-route.ts';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { depots } from '../support/parcels.ts';
import { ParcelsWorld } from '../support/parcels-world.ts';
import { environmentOf, features } from '../support/unleash-project.ts';
import { startUnleashServer, type UnleashServer } from '../support/unleash-server.ts';
import { until } from '../support/until.ts';

const limitMs = 300_000;
/** One look a second and one tick: seconds, of which a busy machine makes several. */
const foundWithinMs = 30_000;
const name = 'parcels-grams';

/** At 50 % until somebody acts, with one depot pinned to the old side. */
async function openAt50(provider: string, environment: Record<string, string> = {}) {
  const world = await ParcelsWorld.open(environment);
  const fixture = await readFile('test/fixtures/parcels-policy.yaml', 'utf8');
  const text = fixture
    .replace(
      '  guards:',
      `  flag: { provider: ${provider} }\n  pinned: { old: [depot-19] }\n  guards:`,
    )
    .replace('to: 50%, bake: 3s', 'to: 50%, bake: 1h');
  await world.crossfade.api.apply([{ name: 'override.yaml', text }]);
  await world.crossfade.client.start(name);
  await world.until(servedAt50);
  return world;
}

/** By the machine's own route: a person's edit may show 50 % as well. */
const servedAt50 = ({ phase, exposure, flag }: RolloutView): boolean =>
  phase === 'running' && exposure.acknowledged === 50 && flag?.changedBy === 'crossfade';

/** Does as a person does, and waits until the machine has stopped because of it. */
async function stoppedBy(world: ParcelsWorld, edit: () => Promise<unknown>): Promise<RolloutView> {
  await edit();
  const since = performance.now();
  const view = await world.until(({ phase }) => phase === 'paused');
  expect(performance.now() - since).toBeLessThan(foundWithinMs);
  expect(view.stop).toMatchObject({
    by: expect.stringMatching(/^kim( \(token admin\.token\))?$/),
    at: expect.any(Number),
  });
  expect(view).toMatchObject({ endedAt: null, exposure: { wanted: 50 } });
  return view;
}

/** Who and when, where people look. */
async function expectShown({ crossfade }: ParcelsWorld, flag: RegExp): Promise<void> {
  const status = await crossfade.say('status', name);
  expect(status).toMatchObject({ status: 4 });
  expect(status.out).toMatch(flag);
  const why = await crossfade.say('why', name);
  expect(why.out).toMatch(/\d\d:\d\d:\d\d PAUSE, step share 50%, by kim/);
}

async function goesOnBy(world: ParcelsWorld, verb: 'resume' | 'rollback'): Promise<void> {
  expect(await world.crossfade.say(verb, name)).toMatchObject({ status: 0 });
  const ended = ({ endedAt }: RolloutView): boolean => endedAt !== null;
  const { phase } = await world.until(verb === 'resume' ? servedAt50 : ended);
  expect(phase).toBe(verb === 'resume' ? 'running' : 'rolled_back');
}

describe('a person in Unleash', () => {
  let unleash: UnleashServer;
  let world: ParcelsWorld;
  let kim: string;

  beforeAll(async () => {
    unleash = await startUnleashServer();
    kim = await unleash.personalToken('kim');
    world = await openAt50('unleash', {
      CROSSFADE_UNLEASH_URL: unleash.url,
      CROSSFADE_UNLEASH_TOKEN: await unleash.personalToken('crossfade-machine'),
      CROSSFADE_UNLEASH_ENVIRONMENT: 'development',
    });
  }, limitMs);

  afterAll(async () => {
    await world?.close();
    await unleash?.stop();
  }, limitMs);

  const admin = (method: string, path: string, body?: unknown): Promise<unknown> =>
    unleash.admin(kim, method, path, body);

  async function edit(
    role: string,
    change: (strategy: StoredStrategy) => Partial<StoredStrategy>,
  ): Promise<unknown> {
    const path = `${environmentOf(name)}/strategies`;
    const all = (await admin('GET', path)) as StoredStrategy[];
    const one = all.find(({ parameters }) => parameters['crossfade.role'] === role)!;
    return admin('PUT', `${path}/${one.id}`, { ...one, ...change(one) });
  }

  const share = (rollout: string) => () =>
    edit('share', ({ parameters }) => ({ parameters: { ...parameters, rollout } }));

  async function toASegment(): Promise<unknown> {
    const constraint = { contextName: 'depot', operator: 'IN', values: ['depot-1'] };
    const segment = { name: 'vip', constraints: [constraint] };
    const { id } = (await admin('POST', 'segments', segment)) as { id: number };
    await edit('share', () => ({ segments: [id] }));
    return admin('PUT', `segments/${id}`, { ...segment, constraints: [] });
  }

  const onePinMore = () =>
    edit('pinned', ({ constraints: [first] }) => ({
      constraints: [{ ...first!, values: [...first!.values, 'depot-2'] }],
    }));

  async function forGood(): Promise<unknown> {
    await admin('DELETE', `${features}/${name}`);
    return admin('DELETE', `archive/${name}`);
  }

  /** Types of what the machine wrote since the newest event of `kim`. */
  async function machineWrote(): Promise<readonly string[]> {
    const path = `search/events?feature=IS:${name}&limit=100`;
    const { events } = (await admin('GET', path)) as {
      events: { id: number; type: string; createdBy: string }[];
    };
    const last = Math.max(...events.map(({ id, createdBy }) => (createdBy === 'kim' ? id : 0)));
    return events.filter(({ id }) => id > last).map(({ type }) => type);
  }

  const is = (percent: number) => (set: number) => set === percent;
  const notMore = (set: number): boolean => set <= 50;
  const changed = /flag +parcels-grams on, changed by kim at [-\d]* ?\d\d:\d\d:\d\d/;
  const off = /flag +parcels-grams OFF, changed by kim at [-\d]* ?\d\d:\d\d:\d\d/;

  it.each([
    [
      'switches the flag off',
      () => admin('POST', `${environmentOf(name)}/off`),
      off,
      is(0),
      'resume',
    ],
    ['lowers the percentage', share('10'), changed, is(10), 'resume'],
    ['raises the percentage', share('90'), changed, is(90), 'resume'],
    ['adds a unit to the pins', onePinMore, changed, is(50), 'resume'],
    ['limits the share to a segment, and edits that', toASegment, /./, notMore, 'resume'],
    ['archives the flag', () => admin('DELETE', `${features}/${name}`), /./, notMore, 'resume'],
    ['deletes the flag', forGood, /./, notMore, 'rollback'],
  ] as const)(
    'who %s stops the machine, is shown, and is asked before it goes on',
    async (_, act, flag, set, verb) => {
      await stoppedBy(world, act);
      await world.until(({ exposure }) => set(exposure.set ?? 0));
      await expectShown(world, flag);
      const { exposure } = await world.until(({ phase }) => phase === 'paused');
      expect(set(exposure.set ?? 0)).toBe(true);
      expect(await machineWrote()).toEqual([]);
      await goesOnBy(world, verb);
    },
    limitMs,
  );
});

describe("a person in Crossfade's own flag service", () => {
  let world: ParcelsWorld;

  beforeAll(async () => {
    world = await openAt50('crossfade');
  }, limitMs);

  afterAll(() => world?.close(), limitMs);

  const edited = (change: RouteEdit): Promise<unknown> =>
    world.crossfade.editFlag(name, change, 'kim');
  const switched = (enabled: boolean): Promise<unknown> =>
    world.crossfade.toggle(name, enabled, 'kim');

  it(
    'who changes the share or pins a unit stops the machine, is shown, and is asked before it goes on',
    async () => {
      const { service } = world;
      const setTo = (share: number) =>
        world.until(({ exposure }) => exposure.set === share && exposure.acknowledged === share);
      await stoppedBy(world, () => edited({ share: 10 }));
      await setTo(10);
      await edited({ share: 90 });
      expect(await setTo(90)).toMatchObject({ phase: 'paused', exposure: { wanted: 50 } });
      const sides = await Promise.all(
        Array.from({ length: depots }, (_, depot) => service.sideOf(depot)),
      );
      const depot = sides.indexOf('v2');
      await edited({ pin: [`depot-${depot}`] });
      await until(async () => (await service.sideOf(depot)) === 'v1');
      await expectShown(
        world,
        /exposure +wanted 50% +set 90%[^]*flag +parcels-grams on, changed by kim \(token admin\.token\) at [-\d]* ?\d\d:\d\d:\d\d/,
      );
      await goesOnBy(world, 'resume');
      // The machine's own route stands again, without the pin.
      await expect(edited({ unpin: [`depot-${depot}`] })).rejects.toThrow('is not pinned');
    },
    limitMs,
  );

  it.each([
    [{ share: 101 }, 'share'],
    [{ unpin: ['depot-2'] }, 'is not pinned; pinned are: depot-19'],
    [{}, 'say what to change'],
  ])('who asks for %j is told what is wrong, and nothing happens', async (change, words) => {
    await expect(edited(change)).rejects.toThrow(words);
    expect(await world.until(servedAt50)).toMatchObject({ phase: 'running' });
  });

  it(
    'who switches the flag off stops the machine; on again by hand is shown, and nothing more',
    async () => {
      await stoppedBy(world, () => switched(false));
      await world.until(({ exposure }) => exposure.set === 0 && exposure.acknowledged === 0);
      await expectShown(
        world,
        /flag +parcels-grams OFF, changed by kim \(token admin\.token\) at [-\d]* ?\d\d:\d\d:\d\d/,
      );
      await switched(true);
      const { phase } = await world.until(({ exposure }) => exposure.set === 50);
      expect(phase).toBe('paused');
      await expectShown(world, /flag +parcels-grams on, changed by kim \(token admin\.token\) at/);
      await goesOnBy(world, 'resume');
      await stoppedBy(world, () => switched(false));
      await goesOnBy(world, 'rollback');
    },
    limitMs,
  );
});
