import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createCrossfade } from '../../src/sdk/client.ts';
import type { Crossfade, Migration } from '../../src/sdk/crossfade.ts';
import { createDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { routeOf } from '../support/route-of.ts';

let database: TestDatabase;
let pool: pg.Pool;
let server: ProtocolServer;
let crossfade: Crossfade;
let birthdate: Migration;
const warnings: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query(`CREATE TABLE users (id int PRIMARY KEY, dob text)`);
  await pool.query(`INSERT INTO users VALUES (1, '1999-02-28')`);
  server = await ProtocolServer.start();
  server.set(routeOf({ revision: 1, share: 100, shadowSample: 1 }));
  const onWarning = (message: string): void => void warnings.push(message);
  crossfade = createCrossfade({ url: server.url, token: 't', service: 's', onWarning });
  birthdate = crossfade.migration('users-birthdate');
  await crossfade.ready();
});

afterAll(async () => {
  await crossfade.close();
  await server.vanish();
  await pool.end();
  await database.drop();
});

/** The new column does not exist; the old one does. */
function find(connection: pg.Pool | pg.PoolClient): Promise<unknown> {
  const query = (column: string) => async () =>
    (await connection.query<{ dob: string }>(`SELECT ${column} AS dob FROM users`)).rows[0]?.dob;
  return birthdate.read({ pure: true, old: query('dob'), new: query('birthdate') });
}

async function inDatabaseTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('a pure read that fails on the new side', () => {
  it('is answered by old outside of a transaction', async () => {
    expect(await crossfade.withUnit('t1', () => find(pool))).toBe('1999-02-28');
  });

  it('says what failed in a transaction, and no statement follows it', async () => {
    const statements: string[] = [];
    const work = crossfade.withUnit('t1', () =>
      crossfade.transaction(() =>
        inDatabaseTransaction((client) => {
          const query = client.query.bind(client) as (text: string) => Promise<pg.QueryResult>;
          const watched = (text: string): Promise<pg.QueryResult> => {
            statements.push(text);
            return query(text);
          };
          return find(Object.assign(Object.create(client) as pg.PoolClient, { query: watched }));
        }),
      ),
    );
    await expect(work).rejects.toMatchObject({ code: '42703' });
    expect(statements).toEqual(['SELECT birthdate AS dob FROM users']);
    expect(warnings).toEqual([]);
  });

  it('says what failed in a transaction that nobody marked, too, and how to mark it', async () => {
    const work = crossfade.withUnit('t1', () => inDatabaseTransaction(find));
    await expect(work).rejects.toMatchObject({ code: '42703' });
    expect(warnings).toEqual([expect.stringContaining('crossfade.transaction(')]);
  });
});
