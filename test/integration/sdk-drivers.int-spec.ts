import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { TARGET_SCHEMA } from '../../src/core/schema-migration/target-schema.ts';
import { createCrossfade, isShadow } from '../../src/sdk/index.ts';
import type { Crossfade, Migration, RouteRow, Savepoint } from '../../src/sdk/index.ts';
import * as byPg from '../../src/sdk/pg.ts';
import * as byTypeorm from '../../src/sdk/typeorm.ts';
import { createDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { routeOf } from '../support/route-of.ts';

/** Runs one statement of the transaction under test. */
type Query = (text: string) => Promise<unknown>;

let database: TestDatabase;
let pool: pg.Pool;
let source: DataSource;
let server: ProtocolServer;
let crossfade: Crossfade;
let birthdate: Migration<string>;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query(`CREATE TABLE users (id int PRIMARY KEY, dob text)`);
  await pool.query(`INSERT INTO users VALUES (1, '1999-02-28')`);
  source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  server = await ProtocolServer.start();
  server.set(routeOf({ revision: 1, share: 100 }));
  crossfade = createCrossfade({ url: server.url, token: 't', service: 's' });
  birthdate = crossfade.migration<string>('users-birthdate');
  await crossfade.ready();
});

afterAll(async () => {
  await crossfade.close();
  await server.vanish();
  await source.destroy();
  await pool.end();
  await database.drop();
});

type RouteRows = (migration: string) => Promise<RouteRow | null>;

const readers: readonly (readonly [string, () => RouteRows])[] = [
  ['pg', () => byPg.routeRowBy(pool)],
  ['TypeORM', () => byTypeorm.routeRowBy(source)],
];

describe('the route row', () => {
  // What the server logs as an error it also answers as one, and nothing here catches it.
  it.each(readers)(
    'by %s is asked for in silence while expand has not made it',
    async (_, reader) => {
      await pool.query('DROP SCHEMA IF EXISTS crossfade CASCADE');
      const routeRow = reader();
      expect(await routeRow('users-birthdate')).toBeNull();
      for (const statement of TARGET_SCHEMA) await pool.query(statement);
      expect(await routeRow('users-birthdate')).toBeNull();
      await pool.query(`INSERT INTO crossfade.route VALUES ('users-birthdate', 7, true, 'old')`);
      const row = { migration: 'users-birthdate', revision: 7, kill: true, safeSide: 'old' };
      expect(await routeRow('users-birthdate')).toEqual(row);
    },
  );
});

/** The new column does not exist; the old one does. */
function find(query: Query, savepoint: Savepoint): Promise<string> {
  const dob = (column: string) => async (): Promise<string> => {
    const answer = await query(`SELECT ${column} AS dob FROM users`);
    const [row] = (Array.isArray(answer) ? answer : (answer as pg.QueryResult).rows) as {
      dob: string;
    }[];
    return row?.dob ?? '';
  };
  return birthdate.read({ pure: true, savepoint, old: dob('dob'), new: dob('birthdate') });
}

type InTransaction = (work: (query: Query, savepoint: Savepoint) => Promise<void>) => Promise<void>;

const transactions: readonly (readonly [string, InTransaction])[] = [
  [
    'pg',
    (work) =>
      byPg.inTransaction(crossfade, pool, (client) =>
        work((text) => client.query(text), byPg.savepoint(client)),
      ),
  ],
  [
    'TypeORM',
    (work) =>
      crossfade.transaction(() =>
        source.transaction((manager) =>
          work((text) => manager.query(text), byTypeorm.savepoint(manager)),
        ),
      ),
  ],
];

describe('a transaction of an application', () => {
  it.each(transactions)(
    'by %s survives a pure read that fails on the new side, where it has a savepoint',
    async (driver, inTransaction) => {
      await crossfade.withUnit('t1', () =>
        inTransaction(async (query, savepoint) => {
          await query(`UPDATE users SET dob = '${driver}'`);
          expect(await find(query, savepoint)).toBe(driver);
        }),
      );
      const { rows } = await pool.query('SELECT dob FROM users');
      expect(rows).toEqual([{ dob: driver }]);
    },
  );

  it.each(transactions)('by %s is rolled back when its work fails', async (_, inTransaction) => {
    const before = await pool.query('SELECT dob FROM users');
    const work = inTransaction(async (query) => {
      await query(`UPDATE users SET dob = 'lost'`);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect((await pool.query('SELECT dob FROM users')).rows).toEqual(before.rows);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('gives no broken connection back', async () => {
    const before = pool.totalCount;
    const work = byPg.inTransaction(crossfade, pool, async (client) => {
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(work).rejects.toThrow(/terminat/);
    expect(pool.totalCount).toBeLessThanOrEqual(before);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a pool of one connection', () => {
  let narrow: pg.Pool;
  let shadow: pg.Pool;

  beforeAll(async () => {
    server.set(routeOf({ revision: 2, share: 100, shadowSample: 1 }));
    await server.until(() => server.reports.at(-1)?.acknowledged[0]?.revision === 2);
    [narrow, shadow] = [1, 1].map(
      (max) => new pg.Pool({ connectionString: database.url, max }),
    ) as [pg.Pool, pg.Pool];
  });
  afterAll(async () => {
    await Promise.all([narrow.end(), shadow.end()]);
  });

  it('is never kept waiting by reads that only compare, which have a pool behind it', async () => {
    const db = byPg.withShadowPool(narrow, shadow);
    const seen = new Set<number>();
    let compared: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      compared = resolve;
    });
    const holder = await pool.connect();
    await holder.query('SELECT pg_advisory_lock(1)');
    const backend = async (): Promise<string> => {
      if (isShadow()) compared?.();
      const held = isShadow() ? ', pg_advisory_xact_lock_shared(1)' : '';
      const { rows } = await db.query<{ pid: number }>(`SELECT pg_backend_pid() AS pid${held}`);
      if (!isShadow()) seen.add(rows[0]?.pid ?? 0);
      return 'same';
    };
    const read = () =>
      crossfade.withUnit('t1', () => birthdate.read({ pure: true, old: backend, new: backend }));
    await read();
    await begun;
    // The shadow read holds its connection now; whoever serves has the narrow pool for itself.
    const { rows } = await narrow.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    expect(shadow.idleCount).toBe(0);
    await read();
    expect([...seen]).toEqual([rows[0]?.pid]);
    await holder.query('SELECT pg_advisory_unlock(1)');
    holder.release();
  });

  it('gives a transaction that only compares a connection of the other pool as well', async () => {
    const db = byPg.withShadowPool(narrow, shadow);
    const client = await db.connect();
    client.release();
    expect([narrow.totalCount, client instanceof pg.Client]).toEqual([1, true]);
  });
});

describe('viewOf', () => {
  it('names a table as one version has it, quoted', () => {
    const { viewOf } = byPg;
    expect(viewOf('users-birthdate', 'new', 'users')).toBe('"users_birthdate_new"."users"');
    expect(viewOf('users-birthdate', 'old', 'a"b')).toBe('"users_birthdate_old"."a""b"');
    expect(viewOf('users-birthdate', 'new', 'users', 'users_v2')).toBe('"users_v2"."users"');
  });
});
