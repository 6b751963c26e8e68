import { afterEach, describe, expect, it } from '@jest/globals';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import { UsersTarget } from '../../support/users-target.ts';

const add = (
  table: string,
  column: string,
  type: string,
  up: string,
  down: Record<string, string>,
) => ({ operation: 'addColumn', table, column, type, up, down }) as const;

const migration = (...operations: SchemaMigration['operations']): SchemaMigration => ({
  name: 'shop',
  from: 'shop_v1',
  to: 'shop_v2',
  schema: 'public',
  operations,
});

describe('a schema migration', () => {
  let target: UsersTarget;
  afterEach(() => target.close());

  it('may add several columns to several tables, whatever their keys', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (code text COLLATE "C" PRIMARY KEY, born text, "spentCents" integer);
       CREATE TABLE visits (shop uuid, at timestamptz, "key" text, stay text, PRIMARY KEY (shop, at));
       INSERT INTO customers SELECT 'c''"' || n, to_char(date '1950-01-01' + n, 'YYYY-MM-DD'), n FROM generate_series(1, 700) n;
       INSERT INTO visits SELECT gen_random_uuid(), '2020-01-01T00:00:00.123456Z'::timestamptz + n * interval '1 s', 'k', n || ' mins'
         FROM generate_series(1, 900) n`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', 'born::date', {
        born: `to_char(birthdate, 'YYYY-MM-DD')`,
      }),
      add('customers', 'spent', 'numeric(12,2)', '"spentCents" / 100.0', {
        spentCents: '(spent * 100)::integer',
      }),
      add('visits', 'stay_minutes', 'integer', `split_part(stay, ' ', 1)::integer`, {
        stay: `stay_minutes || ' mins'`,
      }),
    );
    expect(await target.run('expand', shop)).toMatchObject({ status: 'done', done: 2, total: 2 });
    expect(await target.run('backfill', shop)).toMatchObject({
      status: 'done',
      done: 2300,
      total: 2300,
    });
    const app = await target.application();
    await app.query(
      `UPDATE shop_v2.customers SET birthdate = '2000-01-01', spent = 12.34 WHERE code = 'c''"5'`,
    );
    await app.query(`UPDATE shop_v1.visits SET stay = 'ages' WHERE stay = '7 mins'`);
    expect(await target.run('verify', shop)).toMatchObject({
      differences: 0,
      quarantined: 1,
      done: 2300,
    });
    const { rows } = await app.query(
      `SELECT born, "spentCents" FROM shop_v1.customers WHERE code = 'c''"5'`,
    );
    expect(rows).toEqual([{ born: '2000-01-01', spentCents: 1234 }]);
    await app.query(`UPDATE shop_v1.visits SET stay = '7 mins' WHERE stay = 'ages'`);
    expect(await target.run('contract', shop)).toMatchObject({ status: 'done', reason: null });
    expect(
      (await app.query('SELECT * FROM shop_v2.visits LIMIT 0')).fields.map(({ name }) => name),
    ).toEqual(['shop', 'at', 'key', 'stay_minutes']);
  });

  it('lets no default of the fed column beat what the new side gives', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (code text PRIMARY KEY, born text DEFAULT '1970-01-01')`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', 'born::date', {
        born: `to_char(birthdate, 'YYYY-MM-DD')`,
      }),
    );
    await target.run('expand', shop);
    const app = await target.application();
    await app.query(`INSERT INTO shop_v2.customers VALUES ('given', '2000-01-01')`);
    await app.query(
      `BEGIN; SET LOCAL crossfade.side = 'new'; INSERT INTO shop_v2.customers VALUES ('none', NULL); COMMIT`,
    );
    await app.query(`INSERT INTO shop_v1.customers (code) VALUES ('old')`);
    const { rows } = await target.admin.query(
      'SELECT code, born, birthdate::text FROM customers ORDER BY code',
    );
    expect(rows).toEqual([
      { code: 'given', born: '2000-01-01', birthdate: '2000-01-01' },
      { code: 'none', born: null, birthdate: null },
      { code: 'old', born: '1970-01-01', birthdate: '1970-01-01' },
    ]);
  });

  it('keeps a write alive that down would break by NOT NULL or by a check', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (code text PRIMARY KEY, born text NOT NULL CHECK (born < '2000'));
       INSERT INTO customers VALUES ('a', '1990-01-01')`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', 'born::date', {
        born: `to_char(birthdate, 'YYYY-MM-DD')`,
      }),
    );
    await target.run('expand', shop);
    const app = await target.application();
    const write = (birthdate: string | null) =>
      app.query(`UPDATE shop_v2.customers SET birthdate = $1 WHERE code = 'a'`, [birthdate]);
    const row = async () =>
      (await target.admin.query('SELECT born, birthdate::text FROM customers')).rows;
    await write('1990-01-01');
    await write(null);
    // What the new side made NULL is no row that is still to be filled.
    await target.run('backfill', shop);
    expect(await row()).toEqual([{ born: '1990-01-01', birthdate: null }]);
    expect(await target.quarantine()).toHaveLength(1);
    await write('2001-01-01');
    expect(await row()).toEqual([{ born: '1990-01-01', birthdate: '2001-01-01' }]);
    expect(await target.quarantine()).toHaveLength(1);
  });

  it('keeps an insert alive whose value does not come back, where the old column must have one', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (code text PRIMARY KEY, born text NOT NULL CHECK (born < '2000'))`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', `nullif(born, '')::date`, {
        born: `coalesce(to_char(birthdate, 'YYYY-MM-DD'), '')`,
      }),
    );
    await target.run('expand', shop);
    const app = await target.application();
    const values = ['infinity', '0044-03-15 BC', '2001-01-01', '1990-01-01', null];
    for (const [code, birthdate] of values.entries()) {
      await app.query('INSERT INTO shop_v2.customers (code, birthdate) VALUES ($1, $2)', [
        code,
        birthdate,
      ]);
    }
    const both = async () =>
      (await target.admin.query('SELECT born, birthdate::text FROM customers ORDER BY code')).rows;
    const expected = values.map((birthdate) => ({
      born: birthdate === '1990-01-01' ? birthdate : '',
      birthdate,
    }));
    expect(await both()).toEqual(expected);
    expect((await target.quarantine()).map(({ key, kind }) => [key[0], kind])).toEqual([
      ['0', 'loss'],
      ['1', 'loss'],
      ['2', 'error'],
    ]);
    await target.run('backfill', shop);
    expect(await both()).toEqual(expected);
  });

  it('never lets a down over JSON erase its neighbours', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (code text PRIMARY KEY, profile jsonb);
       INSERT INTO customers VALUES ('a', '{"dob": "1990-01-01", "city": "Ulm"}'), ('b', NULL)`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', `(profile ->> 'dob')::date`, {
        profile: `CASE WHEN profile <> '{}' THEN jsonb_set(profile, '{dob}', to_jsonb(birthdate)) ELSE profile END`,
      }),
    );
    await target.run('expand', shop);
    expect(await target.run('backfill', shop)).toMatchObject({ status: 'done', quarantined: 0 });
    const app = await target.application();
    // The rest of the JSON is not the new column's: both versions show and write it.
    await app.query(
      `UPDATE shop_v2.customers SET birthdate = '1991-01-01', profile = profile || '{"city": "Bonn"}' WHERE code = 'a'`,
    );
    const profile = async (code: string) =>
      (
        await target.admin.query('SELECT profile, birthdate::text FROM customers WHERE code = $1', [
          code,
        ])
      ).rows[0];
    expect(await profile('a')).toEqual({
      profile: { dob: '1991-01-01', city: 'Bonn' },
      birthdate: '1991-01-01',
    });
    await app.query(`UPDATE shop_v2.customers SET birthdate = NULL WHERE code = 'a'`);
    expect(await profile('a')).toEqual({
      profile: { dob: '1991-01-01', city: 'Bonn' },
      birthdate: null,
    });
    await app.query(`UPDATE shop_v2.customers SET birthdate = '1992-01-01' WHERE code = 'b'`);
    expect(await profile('b')).toEqual({ profile: null, birthdate: '1992-01-01' });
    expect((await target.quarantine()).map(({ key, kind }) => [key[0], kind])).toEqual([
      ['a', 'loss'],
      ['b', 'loss'],
    ]);
  });

  it('records no row that ON CONFLICT never inserted', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, born text)`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', 'born::date', {
        born: `to_char(birthdate, 'YYYY-MM-DD')`,
      }),
    );
    await target.run('expand', shop);
    const app = await target.application();
    const upsert = `INSERT INTO shop_v1.customers (code, born) VALUES ('a', $1) ON CONFLICT (code) DO UPDATE SET born = excluded.born`;
    for (const born of ['1990-01-01', 'soon', '1991-01-01']) await app.query(upsert, [born]);
    expect((await target.works.jobs('r1'))[0]?.quarantined).toBe(0);
    const { rows } = await target.admin.query('SELECT born, birthdate::text FROM customers');
    expect(rows).toEqual([{ born: '1991-01-01', birthdate: '1991-01-01' }]);
  });

  it('spares a NULL that the new side wrote and down could not carry', async () => {
    target = await UsersTarget.create(
      `CREATE TABLE customers (code text PRIMARY KEY, born text NOT NULL);
       INSERT INTO customers VALUES ('a', '1990-01-01'), ('b', '1990-01-01')`,
    );
    const shop = migration(
      add('customers', 'birthdate', 'date', 'born::date', {
        born: `to_char(birthdate, 'YYYY-MM-DD')`,
      }),
    );
    await target.run('expand', shop);
    const app = await target.application();
    await app.query(`UPDATE shop_v2.customers SET birthdate = '1991-01-01' WHERE code = 'a'`);
    await app.query(`UPDATE shop_v2.customers SET birthdate = NULL WHERE code = 'a'`);
    await target.run('backfill', shop);
    const { rows } = await target.admin.query(
      'SELECT code, birthdate::text FROM customers ORDER BY code',
    );
    expect(rows).toEqual([
      { code: 'a', birthdate: null },
      { code: 'b', birthdate: '1990-01-01' },
    ]);
  });
});
