import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { TARGET_SCHEMA } from '../../src/core/schema-migration/target-schema.ts';
import { routeRowFrom } from '../../src/demo/users-service/route-row.ts';
import { createDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('the route row as the users service reads it', () => {
  // What the server logs as an error it also answers as one, and nothing here catches it.
  it('asks in silence while expand has not made the table, and finds it once it has', async () => {
    const routeRow = routeRowFrom(pool);
    expect(await routeRow('users-birthdate')).toBeNull();
    for (const statement of TARGET_SCHEMA) await pool.query(statement);
    expect(await routeRow('users-birthdate')).toBeNull();
    await pool.query(`INSERT INTO crossfade.route VALUES ('users-birthdate', 7, true, 'old')`);
    expect(await routeRow('users-birthdate')).toEqual({
      migration: 'users-birthdate',
      revision: 7,
      kill: true,
      safeSide: 'old',
    });
  });
});
