import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { lostWrites } from '../../src/demo/target/lost-writes.ts';
import { createDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const bothShapes = `
  CREATE TABLE users (id bigint PRIMARY KEY, dob text, birthdate date);
  CREATE SCHEMA users_v1_1;
  CREATE VIEW users_v1_1.users AS SELECT id, dob FROM public.users;
  CREATE SCHEMA users_v1_2;
  CREATE VIEW users_v1_2.users AS SELECT id, birthdate FROM public.users;
  INSERT INTO users VALUES (1, '1990-01-01', '1990-01-01'), (2, NULL, NULL)`;

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(bothShapes);
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

const first = { id: 1, acknowledged: '1990-01-01', triedLater: [] };
const second = { id: 2, acknowledged: null, triedLater: [] };

describe('lostWrites', () => {
  it('finds nothing where every acknowledged value stands in both shapes', async () => {
    expect(await lostWrites(database.url, [first, second], true)).toEqual([]);
  });

  it('names the shape that a value is missing from', async () => {
    await client.query(`UPDATE users SET birthdate = '1990-01-02' WHERE id = 1`);
    const [lost, ...others] = await lostWrites(database.url, [first, second], true);
    expect(lost).toMatchObject({ id: 1, shape: 'new', found: '1990-01-02' });
    expect(others).toEqual([]);
  });

  it('tells a NULL that was written from one that replaced a value, and from a row that is gone', async () => {
    await client.query('UPDATE users SET dob = NULL, birthdate = NULL WHERE id = 1');
    await client.query('DELETE FROM users WHERE id = 2');
    const lost = await lostWrites(database.url, [first, second], true);
    expect(lost.map(({ id, shape, found }) => [id, shape, found])).toEqual([
      [1, 'old', null],
      [2, 'old', undefined],
      [1, 'new', null],
      [2, 'new', undefined],
    ]);
  });

  it('allows a later value that was never acknowledged', async () => {
    await client.query(
      `UPDATE users SET dob = '1991-02-02', birthdate = '1991-02-02' WHERE id = 1`,
    );
    const tried = { ...first, triedLater: ['1991-02-02'] };
    expect(await lostWrites(database.url, [tried], true)).toEqual([]);
    expect(await lostWrites(database.url, [first], true)).toHaveLength(2);
  });

  it('waits for the new shape of a row until all are filled, but for no wrong one', async () => {
    await client.query('UPDATE users SET birthdate = NULL WHERE id = 1');
    expect(await lostWrites(database.url, [first], true)).toHaveLength(1);
    expect(await lostWrites(database.url, [first], false)).toEqual([]);
    await client.query(`UPDATE users SET birthdate = '1990-01-02' WHERE id = 1`);
    expect(await lostWrites(database.url, [first], false)).toHaveLength(1);
  });

  it('looks only into the shape that is left after contract', async () => {
    await client.query(`UPDATE users SET dob = 'something else'`);
    await client.query('DROP VIEW users_v1_1.users; ALTER TABLE users RENAME dob TO _old_dob');
    expect(await lostWrites(database.url, [first, second], true)).toEqual([]);
  });
});
