import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFlagMirror } from '../../src/adapters/postgres/postgres-flag-mirror.ts';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresFlagFeed } from '../../src/adapters/postgres/postgres-flag-feed.ts';
import { routesOf } from '../../src/core/flags/catalog/flag-catalog.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import { completeRoute, killRoute } from '../../src/core/rollout/wanted-route.ts';
import type { ObservedFlag } from '../../src/engine/ports/flag-provider.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { routeOf } from '../support/route-of.ts';

let state: StateDatabase;
let mirror: PostgresFlagMirror;
let own: PostgresFlagProvider;
let feed: PostgresFlagFeed;
const announcements = new EventTarget();

beforeAll(async () => {
  state = await createStateDatabase();
  mirror = new PostgresFlagMirror(state.source);
  own = new PostgresFlagProvider(state.source);
  feed = new PostgresFlagFeed(state.source, state.url);
  await feed.open();
  feed.subscribe(() => announcements.dispatchEvent(new Event('change')));
});

afterAll(async () => {
  await feed.close();
  await state.close();
});

/** A flag as Unleash shows it after Crossfade wrote version 7. */
function observed(
  name: string,
  revision: number,
  changes: Partial<ObservedFlag> = {},
): ObservedFlag {
  const route = routeOf({ migration: name, share: 25, revision });
  return { name, route, version: 7, changedBy: 'crossfade', changedAt: 1_000, ...changes };
}

/** A revision of the flag system as instances see it, as long as the flag never lived elsewhere. */
function mirrored(revision: number): number {
  return revision * 1024;
}

async function routeIn(name: string): Promise<Route | undefined> {
  return routesOf(await feed.catalog()).find(({ migration }) => migration === name);
}

/** Resolves once the feed has told its listeners that something changed, after `act`. */
async function announced(act: () => Promise<unknown>): Promise<void> {
  const heard = once(announcements, 'change');
  await act();
  await heard;
}

describe('the mirror of a flag that lives elsewhere', () => {
  it('shows what was read there, and tells the instances', async () => {
    await announced(() => mirror.mirror(observed('shown', 40), 'unleash'));
    expect(await routeIn('shown')).toMatchObject({ revision: mirrored(40), enabled: true });
    // A read that was overtaken by a later one changes nothing.
    await mirror.mirror(observed('shown', 39, { version: 6 }), 'unleash');
    expect(await routeIn('shown')).toMatchObject({ revision: mirrored(40) });
  });

  it('counts a change by a person once, however often it is read', async () => {
    await mirror.mirror(observed('switched', 44), 'unleash');
    const edit = observed('switched', 45, { version: null, changedBy: 'kim', changedAt: 2_000 });
    for (let read = 0; read < 3; read += 1) await mirror.mirror(edit, 'unleash');
    expect((await own.read('switched'))?.route.revision).toBe(mirrored(45));
  });

  it('keeps the last route of a flag that became none, and says whose doing it was', async () => {
    await mirror.mirror(observed('edited', 50), 'unleash');
    const edit = { changedBy: 'kim', changedAt: 2_000, revision: 57, enabled: true };
    await announced(() => mirror.markEdited('edited', edit));
    const flag = await own.read('edited');
    expect(flag).toMatchObject({ version: null, changedBy: 'kim', changedAt: 2_000 });
    expect(flag?.route).toEqual(observed('edited', mirrored(57)).route);
  });

  it('is off when nobody is given the flag any more, and not on again by what is no route', async () => {
    await mirror.mirror(observed('off', 60), 'unleash');
    const edit = { changedBy: 'kim', changedAt: 2_000, revision: 61, enabled: false };
    await announced(() => mirror.markEdited('off', edit));
    expect(await routeIn('off')).toMatchObject({ enabled: false, revision: mirrored(61) });
    await mirror.markEdited('off', edit);
    expect(await routeIn('off')).toMatchObject({ revision: mirrored(61) });
    await mirror.markEdited('off', { ...edit, revision: 62, enabled: true });
    expect(await routeIn('off')).toMatchObject({ enabled: false, revision: mirrored(62) });
    await mirror.mirror(observed('off', 63), 'unleash');
    expect(await routeIn('off')).toMatchObject({ enabled: true, revision: mirrored(63) });
  });

  it('is noticed without a notification too, beside flags with higher revisions', async () => {
    await announced(() => mirror.mirror(observed('high', 9_000), 'unleash'));
    await announced(() => mirror.mirror(observed('low', 70), 'unleash'));
    const silently = `UPDATE crossfade_state.flag SET revision = revision + 1 WHERE name = 'low'`;
    await announced(() => state.source.query(silently));
    expect(await routeIn('low')).toMatchObject({ revision: mirrored(70) + 1 });
  });

  it('serves a rollback before the flag system has heard of it, and until it has', async () => {
    const spec = killRoute(observed('lowered', 80).route);
    const wanted = { name: 'lowered', spec, version: 8, enable: false };
    await mirror.mirror(observed('lowered', 80), 'unleash');
    await announced(() => mirror.lower(wanted, 'unleash'));
    const lowered = { baseStage: 'off', canaryStage: 'off', share: 0 };
    expect(await routeIn('lowered')).toMatchObject({ ...lowered, revision: mirrored(80) + 1 });
    // What stands there is shown as it is: the rollback has not arrived.
    expect(await own.read('lowered')).toMatchObject({ version: 7, route: { share: 25 } });
    await mirror.lower(wanted, 'unleash');
    expect(await routeIn('lowered')).toMatchObject({ revision: mirrored(80) + 1 });

    await mirror.mirror(observed('lowered', 81, { version: null }), 'unleash');
    expect(await routeIn('lowered')).toMatchObject({ ...lowered, revision: mirrored(81) });
    await mirror.mirror(observed('lowered', 82, { version: 8 }), 'unleash');
    expect(await routeIn('lowered')).toMatchObject({ share: 25, revision: mirrored(82) });
    // A rollback that was overtaken lowers nothing.
    await mirror.lower(wanted, 'unleash');
    expect(await routeIn('lowered')).toMatchObject({ share: 25, revision: mirrored(82) });
  });

  it('sends nobody back to a side that contract has taken away', async () => {
    const { route } = observed('contracted', 90);
    const complete = completeRoute(route);
    const flag = observed('contracted', 90, { route: { ...route, ...complete } });
    await mirror.mirror(flag, 'unleash');
    const spec = killRoute(route);
    await mirror.lower({ name: 'contracted', spec, version: 8, enable: false }, 'unleash');
    expect(await routeIn('contracted')).toMatchObject({ baseStage: 'complete' });
  });

  it('never counts backwards when the flag moves to another system and back', async () => {
    const { revision: _, enabled: __, ...spec } = observed('moved', 1).route;
    const revisions: number[] = [];
    const note = async (): Promise<void> => {
      revisions.push((await routeIn('moved'))?.revision ?? 0);
    };
    const set = async (version: number): Promise<void> => {
      await own.set({ name: 'moved', spec, version, enable: false });
      await note();
    };
    await mirror.mirror(observed('moved', 100), 'unleash');
    await note();
    await set(8);
    await set(9);
    await own.edit('moved', { enabled: false }, 'kim');
    await note();
    for (const revision of [3, 4]) {
      await mirror.mirror(observed('moved', revision, { version: 10 }), 'unleash');
      await note();
      const seen = await mirror.providerRevision('moved', 'unleash', revisions.at(-1)!);
      expect(seen).toBe(revision);
    }
    await set(11);
    expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
    expect(await own.read('moved')).toMatchObject({ version: 11 });
  });
});
