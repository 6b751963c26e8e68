import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresFlagFeed } from '../../src/adapters/postgres/postgres-flag-feed.ts';
import type { FlagCatalog } from '../../src/core/flags/catalog/flag-catalog.ts';
import { routesOf } from '../../src/core/flags/catalog/flag-catalog.ts';
import { initialRoute } from '../../src/core/rollout/wanted-route.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { until } from '../support/until.ts';

/** Looks so seldom that only a notification can have been the reason; or so often that they pile up. */
const [never, allTheTime] = [3_600_000, 5];

let state: StateDatabase;
let feed: PostgresFlagFeed;
let version = 0;

beforeAll(async () => {
  state = await createStateDatabase();
});

afterAll(() => state.close());

async function opened(everyMs: number): Promise<void> {
  feed = new PostgresFlagFeed(state.source, state.url, { everyMs });
  await feed.open();
}

afterEach(async () => {
  jest.restoreAllMocks();
  await feed.close();
});

async function change(): Promise<void> {
  version += 1;
  const spec = { ...initialRoute(examplePolicy), share: version };
  const wanted = { name: examplePolicy.flag.name, spec, version, enable: true };
  await new PostgresFlagProvider(state.source).set(wanted);
}

/** The next catalog that the feed announces. */
const announced = (): Promise<FlagCatalog> =>
  new Promise((resolve) => {
    const stop = feed.subscribe((catalog) => {
      stop();
      resolve(catalog);
    });
  });

const shareIn = (catalog: FlagCatalog): number | undefined => routesOf(catalog)[0]?.share;

/** How often the database has been read since. */
function readsOf(): () => number {
  const query = jest.spyOn(state.source, 'query');
  return () => query.mock.calls.filter(([sql]) => sql.includes('AS head')).length;
}

describe('the feed of flags', () => {
  it('reads once for a change, whoever listens', async () => {
    await opened(never);
    const reads = readsOf();
    const heard = Promise.all(Array.from({ length: 50 }, () => announced()));
    await change();
    const catalogs = await heard;
    expect(new Set(catalogs).size).toBe(1);
    expect(routesOf(catalogs[0]!)).toMatchObject([
      { migration: examplePolicy.name, share: version },
    ]);
    expect(reads()).toBe(1);
  });

  it('shares a read among all who ask meanwhile, and gives nobody what was read before', async () => {
    await opened(never);
    const reads = readsOf();
    const early = feed.catalog();
    await change();
    const late = await Promise.all(Array.from({ length: 50 }, () => feed.catalog()));
    await early;
    expect(late.every((catalog) => shareIn(catalog) === version)).toBe(true);
    expect(reads()).toBeLessThanOrEqual(3);
  });

  it('announces nothing twice', async () => {
    await opened(allTheTime);
    let count = 0;
    feed.subscribe(() => (count += 1));
    const heard = announced();
    await change();
    await heard;
    for (let read = 0; read < 20; read += 1) await feed.catalog();
    expect(count).toBe(1);
  });

  it('finds a change whose notification was lost, and listens again', async () => {
    await opened(allTheTime);
    for (let time = 0; time < 3; time += 1) {
      const heard = announced();
      await state.source.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crossfade-feed'
           AND datname = current_database()`,
      );
      await change();
      expect(shareIn(await heard)).toBe(version);
    }
  });

  it('looks once at a time, however long the database takes', async () => {
    const holder = state.source.createQueryRunner();
    await holder.startTransaction();
    await opened(allTheTime);
    await holder.query('LOCK TABLE crossfade_state.flag IN ACCESS EXCLUSIVE MODE');
    const waiting = async (): Promise<number> => {
      const rows: { count: number }[] = await state.source.query(
        `SELECT count(*)::int AS count FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE NOT l.granted AND d.datname = current_database()`,
      );
      return rows[0]?.count ?? 0;
    };
    while ((await waiting()) === 0) await sleep(1);
    for (let look = 0; look < 20; look += 1) await sleep(allTheTime);
    expect(await waiting()).toBe(1);
    await holder.rollbackTransaction();
    await holder.release();
  });

  it('leaves no connection behind when it is closed while it looks for one', async () => {
    await opened(allTheTime);
    await state.source.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crossfade-feed'
         AND datname = current_database()`,
    );
    await feed.close();
    const isGone = async (): Promise<boolean> => {
      const rows: unknown[] = await state.source.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'crossfade-feed'
           AND datname = current_database()`,
      );
      return rows.length === 0;
    };
    // The one that was terminated may still be on its way out.
    await expect(until(isGone)).resolves.toBeUndefined();
  });
});
