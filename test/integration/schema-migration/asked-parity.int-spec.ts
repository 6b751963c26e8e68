import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import type { ParityRun } from '../../../src/engine/schema-migration/parity-runs.ts';
import { type DebianPostgres, startDebianPostgres } from '../../support/debian-postgres.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { SPLIT_USERS } from '../../support/split-users.ts';
import { ADD_BIRTHDATE, USERS_TABLE } from '../../support/users-target.ts';

const BORN = `${USERS_TABLE};
  INSERT INTO users (tenant_id, dob) SELECT 't' || n % 10, to_char(date '1950-01-01' + n, 'YYYY-MM-DD')
    FROM generate_series(1, 100) n`;

const ADDRESSES = `
  CREATE TABLE users (id bigint PRIMARY KEY, tenant uuid NOT NULL, street text, zip text);
  INSERT INTO users SELECT n, CAST(lpad((n % 4)::text, 32, '0') AS uuid), 'street ' || n, n::text
    FROM generate_series(1, 40) n`;

const LISTS = `
  CREATE TABLE posts (id bigint PRIMARY KEY, tenant integer, tags text[]);
  INSERT INTO posts SELECT n, n % 4, ARRAY['one', 'two'] FROM generate_series(1, 40) n`;

const SPLIT_TAGS: Operation = {
  operation: 'splitList',
  table: 'posts',
  column: 'tags',
  into: 'tags',
  key: { id: 'post_id' },
  position: 'place',
  to: 'tag',
  type: null,
  up: null,
  down: null,
  missing: null,
  foreignKey: false,
};

describe.each(['newest', 'oldest'])('parity on request, on the %s PostgreSQL', (age) => {
  let debian: DebianPostgres | undefined;
  let shop: ShopTarget;
  beforeAll(async () => {
    if (age === 'oldest') debian = await startDebianPostgres();
  });
  afterEach(() => shop.close());
  afterAll(() => debian?.close());

  const filled = async (setup: string, ...operations: readonly Operation[]) => {
    shop = await ShopTarget.on(setup, operations, debian?.url);
    await shop.run('expand', 'backfill');
  };

  const secretly = (sql: string) =>
    shop.admin(`BEGIN; SET LOCAL crossfade.sync = 'off'; ${sql}; COMMIT`);

  async function check(unit?: string, columns: Readonly<Record<string, string>> = {}) {
    const { works } = shop.target;
    const before = await works.parityRuns('r1/parity');
    await works.ensureJob({
      id: `r1/parity/${before.length}`,
      rollout: 'r1/parity',
      kind: 'parity',
      migration: shop.migration,
      batchTimeMs: 100,
      generation: 1,
      parityOnly: true,
      ...(unit === undefined ? {} : { unit: { unit, columns } }),
    });
    for (;;) {
      await works.work('spec', 1_000, new AbortController().signal);
      const run = (await works.parityRuns('r1/parity')).at(-1) as ParityRun;
      if (run.endedAt !== null) return run;
    }
  }

  it('says of rows that differ how they do, and never what they hold', async () => {
    await filled(BORN, ADD_BIRTHDATE);
    await secretly(`UPDATE users SET birthdate = NULL WHERE id = 3;
      UPDATE users SET birthdate = '2001-02-03' WHERE id = 5; UPDATE users SET dob = NULL WHERE id = 7`);
    const run = await check();
    const place = 'users.birthdate';
    expect(run).toMatchObject({ status: 'done', compared: 100, differences: 3, unit: null });
    expect(run.differing).toEqual([
      { row: 'users(3)', columns: [{ place, kind: 'missing', old: 10, new: null }] },
      { row: 'users(5)', columns: [{ place, kind: 'differs', old: 10, new: 10 }] },
      { row: 'users(7)', columns: [{ place, kind: 'extra', old: null, new: 10 }] },
    ]);
    expect(JSON.stringify(run)).not.toMatch(/\d{4}-\d\d-\d\d/);
  });

  it('describes the first rows that differ and counts all of them', async () => {
    await filled(BORN, ADD_BIRTHDATE);
    await secretly('UPDATE users SET birthdate = NULL');
    const run = await check();
    expect([run.differences, run.differing.length]).toEqual([100, 20]);
    expect(run.reason).toContain('among them users(1), users(2), users(3), users(4), users(5)');
  });

  it('compares nothing but the rows of a unit', async () => {
    await filled(BORN, ADD_BIRTHDATE);
    await secretly('UPDATE users SET birthdate = NULL WHERE id IN (11, 12)');
    const columns = { users: 'tenant_id' };
    expect(await check('t1', columns)).toMatchObject({ compared: 10, differences: 1, unit: 't1' });
    expect(await check('t9', columns)).toMatchObject({ compared: 10, differences: 0 });
    expect(await check(`t1' OR true --`, columns)).toMatchObject({ compared: 0, differences: 0 });
  });

  it('finds the rows of a unit in the table that does not know it', async () => {
    await filled(ADDRESSES, SPLIT_USERS);
    await secretly(`DELETE FROM addresses WHERE user_id IN (5, 6);
      UPDATE addresses SET postcode = 1234 WHERE user_id IN (9, 10)`);
    const unit = `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(11)}1`;
    const run = await check(unit, { users: 'tenant' });
    expect(run).toMatchObject({ compared: 10, differences: 2 });
    expect(run.differing).toEqual([
      {
        row: 'users(5)',
        columns: [{ place: 'table addresses', kind: 'missing', old: null, new: null }],
      },
      {
        row: 'users(9)',
        columns: [{ place: 'addresses.postcode', kind: 'differs', old: 1, new: 4 }],
      },
    ]);
  });

  it('compares the lists of a unit', async () => {
    await filled(LISTS, SPLIT_TAGS);
    await secretly('DELETE FROM tags WHERE post_id IN (5, 6)');
    const run = await check('1', { posts: 'tenant' });
    expect(run).toMatchObject({ compared: 10, differences: 1 });
    expect(run.differing).toMatchObject([
      { row: 'posts(5)', columns: [{ place: 'table tags', kind: 'missing', new: null }] },
    ]);
  });

  it('says what it leaves out, and why it fails', async () => {
    await filled(`${BORN}; ${LISTS}`, ADD_BIRTHDATE, SPLIT_TAGS);
    const unit = { unit: 'acme', columns: { posts: 'tenant' } };
    expect(await shop.target.works.comparable(shop.migration, unit)).toEqual({
      places: ['table tags'],
      leftOut: ['users.birthdate'],
    });
    expect(await check(unit.unit, unit.columns)).toMatchObject({
      status: 'failed',
      reason: 'invalid input syntax for type integer: "acme"',
    });
  });

  it('leaves no trace in the history, nor among the jobs of the rollout', async () => {
    await filled(BORN, ADD_BIRTHDATE);
    await check();
    expect(await shop.admin('SELECT part FROM crossfade.history ORDER BY id')).toEqual([
      { part: 'expand' },
      { part: 'backfill' },
    ]);
    const jobs = await shop.target.works.jobs('r1');
    expect(jobs.map(({ kind }) => kind)).toEqual(['expand', 'backfill']);
  });
});
