import { describe, expect, it } from '@jest/globals';
import { ManualTiming, settle } from '../../test/support/manual-timing.ts';
import { routeOf } from '../../test/support/route-of.ts';
import { ScriptedTransport } from '../../test/support/scripted-transport.ts';
import type { RouteRow } from '../core/protocol/route.ts';
import { Client } from './client.ts';
import { settingsOf } from './options.ts';
import type { CrossfadeOptions } from './options.ts';

const sides = { old: () => 'old', new: () => 'new' };

function started(options: Partial<CrossfadeOptions> = {}) {
  const timing = new ManualTiming();
  const transport = new ScriptedTransport();
  const warnings: string[] = [];
  const settings = settingsOf({
    url: 'http://127.0.0.1:1',
    token: 't',
    service: 'users-api',
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  const client = new Client(settings, timing, transport);
  const birthdate = client.migration('users-birthdate');
  const readAs = (unit: string): Promise<string> =>
    client.withUnit(unit, () => birthdate.read(sides));
  return { timing, transport, warnings, client, birthdate, readAs };
}

/** The same, connected, with every unit in `live`. */
async function live(options: Partial<CrossfadeOptions> = {}) {
  const parts = started(options);
  parts.transport.routes = [routeOf({ revision: 3, share: 100 })];
  await settle();
  return parts;
}

function row(changes: Partial<RouteRow> = {}): RouteRow {
  return { migration: 'users-birthdate', revision: 3, kill: false, safeSide: 'old', ...changes };
}

describe('at start', () => {
  it('serves old before any route was seen, and says ready false when nobody answers', async () => {
    const { transport, timing, client, readAs } = started();
    transport.behaviour = 'away';
    expect(await readAs('t1')).toBe('old');
    const ready = client.ready(3_000);
    await timing.advance(3_000);
    expect(await ready).toBe(false);
    expect(client.status()).toMatchObject({ connected: false, migrations: [{ revision: 0 }] });
  });

  it('is ready on the first contact and follows the route that came with it', async () => {
    const { client, readAs } = await live();
    expect(await client.ready()).toBe(true);
    expect(await readAs('t1')).toBe('new');
  });

  it('asks the route row before the first route: a cold process after contract serves new', async () => {
    const { transport, readAs } = started({ routeRow: async () => row({ safeSide: 'new' }) });
    transport.behaviour = 'away';
    expect(await readAs('t1')).toBe('new');
  });

  it('serves old when the route row rejects, throws or hangs', async () => {
    const rejecting = started({ routeRow: () => Promise.reject(new Error('down')) });
    expect(await rejecting.readAs('t1')).toBe('old');
    const throwing = started({
      routeRow: () => {
        throw new Error('down');
      },
    });
    expect(await throwing.readAs('t1')).toBe('old');
    const hanging = started({ routeRow: () => new Promise(() => {}) });
    const read = hanging.readAs('t1');
    await hanging.timing.advance(500);
    expect(await read).toBe('old');
  });

  it('warns once about a migration that Crossfade does not know', async () => {
    const { timing, warnings, client } = started();
    await timing.advance(5_000);
    expect(warnings.filter((text) => text.includes('users-birthdate'))).toHaveLength(1);
    expect(client.status().migrations[0]).toMatchObject({ known: false });
  });

  it('announces migrations declared in one turn by one stream', async () => {
    const { client, transport } = started();
    client.migration('orders-total');
    client.migration('users-birthdate');
    await settle();
    const open = transport.streams.filter((stream) => stream.open);
    expect(open.map(({ migrations }) => migrations)).toEqual([['users-birthdate', 'orders-total']]);
    expect(transport.reports[0]?.implements).toEqual(['users-birthdate', 'orders-total']);
  });
});

describe('routes', () => {
  it('acknowledges a pushed revision at once, without waiting for the heartbeat', async () => {
    const { transport } = await live();
    const before = transport.reports.length;
    transport.push(routeOf({ revision: 4, baseStage: 'off', canaryStage: 'off' }));
    await settle();
    expect(transport.reports.slice(before)[0]?.acknowledged).toEqual([
      { migration: 'users-birthdate', revision: 4, safeSide: 'old', draining: 0 },
    ]);
  });

  it('reports work on the new side as draining until it ended, and that at once', async () => {
    const { transport, client, birthdate } = await live();
    let finish = (): void => {};
    const slow = client.withUnit('t1', () =>
      birthdate.write({
        ...sides,
        new: () =>
          new Promise<string>((resolve) => {
            finish = () => resolve('new');
          }),
      }),
    );
    await settle();
    transport.push(routeOf({ revision: 4, baseStage: 'off', canaryStage: 'off' }));
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ revision: 4, draining: 1 });
    finish();
    expect(await slow).toBe('new');
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ revision: 4, draining: 0 });
  });
});

describe('an outage of Crossfade', () => {
  it('moves nobody until maxStale has passed, then everybody to the safe side', async () => {
    const { transport, timing, readAs } = await live({ maxStaleMs: 60_000 });
    transport.behaviour = 'away';
    await timing.advance(60_000);
    expect(await readAs('t1')).toBe('new');
    await timing.advance(1);
    expect(await readAs('t1')).toBe('old');
    transport.behaviour = 'ok';
    await timing.advance(1_000);
    expect(await readAs('t1')).toBe('new');
  });

  it('asks the route row for the safe side once maxStale has passed', async () => {
    const rows = { safeSide: 'old' as 'old' | 'new' };
    const routeRow = async (): Promise<RouteRow> => row(rows);
    const { transport, timing, readAs } = await live({ maxStaleMs: 60_000, routeRow });
    transport.behaviour = 'away';
    await timing.advance(62_000);
    expect(await readAs('t1')).toBe('old');
    rows.safeSide = 'new';
    await timing.advance(2_000);
    expect(await readAs('t1')).toBe('new');
  });

  it('obeys the kill of the route row within seconds, but only while Crossfade is away', async () => {
    const { transport, timing, readAs } = await live({ routeRow: async () => row({ kill: true }) });
    await timing.advance(10_000);
    expect(await readAs('t1')).toBe('new');
    transport.behaviour = 'away';
    await timing.advance(6_000);
    expect(await readAs('t1')).toBe('old');
    transport.behaviour = 'ok';
    await timing.advance(1_000);
    expect(await readAs('t1')).toBe('new');
  });

  it('keeps the safe side new once it was new, whatever comes later', async () => {
    const { transport, timing, readAs, client } = await live({ maxStaleMs: 60_000 });
    const complete = { baseStage: 'complete', canaryStage: 'complete', safeSide: 'new' } as const;
    transport.push(routeOf({ revision: 4, ...complete }));
    transport.push(routeOf({ revision: 5, baseStage: 'rampdown', safeSide: 'old' }));
    await settle();
    expect(transport.reports.at(-1)?.acknowledged[0]).toMatchObject({ safeSide: 'new' });
    transport.behaviour = 'away';
    await timing.advance(61_000);
    expect(await readAs('t1')).toBe('new');
    expect(client.status().migrations[0]?.safeSide).toBe('new');
  });
});

describe('a freeze of this process', () => {
  it('confirms the revision before it serves new again', async () => {
    const { transport, timing, readAs } = await live();
    timing.freeze(5_000);
    transport.routes = [routeOf({ revision: 4, baseStage: 'off', canaryStage: 'off' })];
    const before = transport.reports.length;
    expect(await readAs('t1')).toBe('old');
    expect(transport.reports.length).toBeGreaterThan(before);
  });

  it('serves new on when the revision still stands', async () => {
    const { timing, readAs } = await live();
    timing.freeze(5_000);
    expect(await readAs('t1')).toBe('new');
  });

  it('serves the safe side when nothing confirms, and waits for that only once', async () => {
    const { transport, timing, readAs } = await live();
    transport.behaviour = 'hangs';
    timing.freeze(5_000);
    const first = readAs('t1');
    await timing.advance(1_000);
    expect(await first).toBe('old');
    expect(await readAs('t1')).toBe('old');
    transport.behaviour = 'ok';
    await timing.advance(10_000);
    expect(await readAs('t1')).toBe('new');
  });

  it.each([
    ['stands', row(), 'new'],
    ['was killed', row({ kill: true }), 'old'],
    ['moved on', row({ revision: 4 }), 'old'],
    ['is behind', row({ revision: 2 }), 'old'],
    ['is gone', null, 'old'],
  ])('asks the route row when Crossfade is away: the revision %s', async (_name, found, side) => {
    const { transport, timing, readAs } = await live({ routeRow: async () => found });
    transport.behaviour = 'away';
    timing.freeze(2_500);
    expect(await readAs('t1')).toBe(side);
  });

  it('drops the decision of a scope that slept through it', async () => {
    const { transport, timing, client, birthdate } = await live();
    const served = await client.withUnit('t1', async () => {
      const before = await birthdate.read(sides);
      timing.freeze(5_000);
      transport.routes = [routeOf({ revision: 4, baseStage: 'off', canaryStage: 'off' })];
      return [before, await birthdate.read(sides)];
    });
    expect(served).toEqual(['new', 'old']);
  });

  it('does not ask when old serves, nor when the loop ran all the while', async () => {
    const { transport, timing, readAs } = await live();
    await timing.advance(60_000);
    transport.behaviour = 'away';
    expect(await readAs('t1')).toBe('new');
    transport.behaviour = 'ok';
    transport.push(routeOf({ revision: 4, share: 0 }));
    transport.behaviour = 'hangs';
    timing.freeze(5_000);
    expect(await readAs('t1')).toBe('old');
  });
});

describe('close', () => {
  it('sends what was counted, says leaving last, and serves the safe side from then on', async () => {
    const { transport, client, readAs } = await live();
    await readAs('t1');
    await client.close();
    await client.close();
    const last = transport.reports.at(-1);
    expect(last?.leaving).toBe(true);
    expect(transport.reports.filter(({ leaving }) => leaving)).toHaveLength(1);
    const units = transport.reports.flatMap(({ evidence }) => evidence.flatMap((e) => e.units));
    expect(units).toEqual([
      { unit: 't1', cohort: 'canary', operation: 'read', requests: 1, failed: 0 },
    ]);
    expect(await readAs('t1')).toBe('old');
  });

  it('waits for what still runs on the new side, but not for ever', async () => {
    const { transport, timing, client, birthdate } = await live();
    void client.withUnit('t1', () =>
      birthdate.write({ ...sides, new: () => new Promise<string>(() => {}) }),
    );
    const closing = client.close();
    await timing.advance(1_999);
    expect(transport.reports.some(({ leaving }) => leaving)).toBe(false);
    await timing.advance(1);
    await closing;
    expect(transport.reports.at(-1)?.leaving).toBe(true);
  });

  it('ends although nobody answers', async () => {
    const { transport, timing, client } = await live();
    transport.behaviour = 'hangs';
    const closing = client.close();
    await timing.advance(4_000);
    await expect(closing).resolves.toBeUndefined();
  });
});
