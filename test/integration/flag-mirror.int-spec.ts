import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFlagMirror } from '../../src/adapters/postgres/postgres-flag-mirror.ts';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresFlagFeed } from '../../src/adapters/postgres/postgres-flag-feed.ts';
import { routesOf } from '../../src/core/flags/catalog/flag-catalog.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import type { ObservedFlag } from '../../src/engine/ports/flag-provider.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { routeOf } from '../support/route-of.ts';

let state: StateDatabase;
let mirror: PostgresFlagMirror;
let feed: PostgresFlagFeed;
const announcements = new EventTarget();

beforeAll(async () => {
  state = await createStateDatabase();
  mirror = new PostgresFlagMirror(state.source);
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
  const route = routeOf({ migration: name, revision });
  return { name, route, version: 7, changedBy: 'crossfade', changedAt: 1_000, ...changes };
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
    expect(await routeIn('shown')).toMatchObject({ revision: 40, enabled: true });
    // A read that was overtaken by a later one changes nothing.
    await mirror.mirror(observed('shown', 39, { version: 6 }), 'unleash');
    expect(await routeIn('shown')).toMatchObject({ revision: 40 });
  });

  it('keeps the last route of a flag that became none, and says whose doing it was', async () => {
    await mirror.mirror(observed('edited', 50), 'unleash');
    const edit = { changedBy: 'kim', changedAt: 2_000, revision: 57, enabled: true };
    await announced(() => mirror.markEdited('edited', edit));
    const flag = await new PostgresFlagProvider(state.source).read('edited');
    expect(flag).toMatchObject({ version: null, changedBy: 'kim', changedAt: 2_000 });
    expect(flag?.route).toEqual(observed('edited', 57).route);
  });

  it('is off when nobody is given the flag any more, and not on again by what is no route', async () => {
    await mirror.mirror(observed('off', 60), 'unleash');
    const edit = { changedBy: 'kim', changedAt: 2_000, revision: 61, enabled: false };
    await announced(() => mirror.markEdited('off', edit));
    expect(await routeIn('off')).toMatchObject({ enabled: false, revision: 61 });
    await mirror.markEdited('off', edit);
    expect(await routeIn('off')).toMatchObject({ revision: 61 });
    await mirror.markEdited('off', { ...edit, revision: 62, enabled: true });
    expect(await routeIn('off')).toMatchObject({ enabled: false, revision: 62 });
    await mirror.mirror(observed('off', 63), 'unleash');
    expect(await routeIn('off')).toMatchObject({ enabled: true, revision: 63 });
  });

  it('is noticed without a notification too, beside flags with higher revisions', async () => {
    await announced(() => mirror.mirror(observed('high', 9_000), 'unleash'));
    await announced(() => mirror.mirror(observed('low', 70), 'unleash'));
    const silently = `UPDATE crossfade_state.flag SET revision = 71 WHERE name = 'low'`;
    await announced(() => state.source.query(silently));
    expect(await routeIn('low')).toMatchObject({ revision: 71 });
  });
});
