import { afterEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const BIRTHDATE: Operation = {
  operation: 'addColumn',
  table: 'people',
  column: 'birthdate',
  type: 'date',
  up: 'dob::date',
  down: { dob: `to_char(birthdate, 'YYYY-MM-DD')` },
};
const APART: Operation = {
  operation: 'splitTable',
  table: 'people',
  into: 'births',
  key: {},
  columns: [{ column: 'dob', to: 'dob' }],
  foreignKey: true,
};

/** Tables on which every operation works; each has the column `dob`, and one row whose `n` is 1. */
const TABLES: Readonly<Record<string, string>> = {
  'a key of several columns': `CREATE TABLE people (tenant text, code uuid, n int, dob text, PRIMARY KEY (tenant, code));
    INSERT INTO people SELECT 't' || i % 3, gen_random_uuid(), i, '1990-01-01' FROM generate_series(1, 300) i`,
  'a key of moments': `CREATE TABLE people (at timestamptz PRIMARY KEY, n int, dob text);
    INSERT INTO people SELECT now() + i * interval '1 microsecond', i, '1990-01-01' FROM generate_series(1, 300) i`,
  'a key of amounts': `CREATE TABLE people (amount numeric PRIMARY KEY, n int, dob text);
    INSERT INTO people SELECT i / 7.0, i, '1990-01-01' FROM generate_series(1, 300) i`,
  'a key of an enum and a quoted name': `CREATE TYPE kind AS ENUM ('a', 'b');
    CREATE TABLE people (kind kind, "Order" int, n int, dob text, PRIMARY KEY (kind, "Order"));
    INSERT INTO people SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END::kind, i, i, '1990-01-01' FROM generate_series(1, 300) i`,
  'a unique key alone': `CREATE TABLE people (code text NOT NULL UNIQUE, n int UNIQUE, dob text);
    INSERT INTO people SELECT 'c"''' || i, i, '1990-01-01' FROM generate_series(1, 300) i`,
  'a unique index alone': `CREATE TABLE people (code bigint NOT NULL, n int, dob text); CREATE UNIQUE INDEX ON people (code);
    INSERT INTO people SELECT i, i, '1990-01-01' FROM generate_series(1, 300) i`,
  'generated columns': `CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int,
      twice int GENERATED ALWAYS AS (2 * n) STORED, dob text);
    INSERT INTO people (n, dob) SELECT i, '1990-01-01' FROM generate_series(1, 300) i`,
  'keys to and from another schema': `CREATE SCHEMA lands; CREATE TABLE lands.land (code text PRIMARY KEY); INSERT INTO lands.land VALUES ('de');
    CREATE TABLE people (id int PRIMARY KEY, n int, land text REFERENCES lands.land ON UPDATE CASCADE, dob text);
    CREATE TABLE lands.visit (person int REFERENCES people ON DELETE CASCADE);
    INSERT INTO people SELECT i, i, 'de', '1990-01-01' FROM generate_series(1, 300) i;
    INSERT INTO lands.visit SELECT i FROM generate_series(1, 300) i`,
  'triggers of its own': `CREATE TABLE people (id int PRIMARY KEY, n int, dob text, touched int NOT NULL DEFAULT 0);
    CREATE FUNCTION trim_dob() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.dob := trim(NEW.dob); RETURN NEW; END $$;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.touched = OLD.touched THEN NEW.touched := OLD.touched + 1; END IF; RETURN NEW; END $$;
    CREATE TRIGGER trim_dob BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION trim_dob();
    CREATE TRIGGER touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
    INSERT INTO people SELECT i, i, ' 1990-01-01 ' FROM generate_series(1, 300) i`,
  'views of its own': `CREATE TABLE people (id int PRIMARY KEY, n int, dob text);
    CREATE VIEW grown AS SELECT id, dob FROM people WHERE dob < '2000'; CREATE MATERIALIZED VIEW counted AS SELECT count(dob) FROM people;
    INSERT INTO people SELECT i, i, '1990-01-01' FROM generate_series(1, 300) i`,
};

describe.each(Object.entries(TABLES))('a table with %s', (_, setup) => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const one = async (sql: string) => Object.values((await shop.app(sql))[0] ?? {})[0];

  it('gets a column that is kept in step', async () => {
    shop = await ShopTarget.on(setup, [BIRTHDATE]);
    await shop.run('expand');
    await shop.app(`UPDATE shop_v2.people SET birthdate = '2001-02-03' WHERE n = 1`);
    await shop.app(`UPDATE shop_v1.people SET dob = '2004-05-06' WHERE n = 2`);
    expect(await shop.run('backfill', 'verify')).toMatchObject({ differences: 0, quarantined: 0 });
    expect(await one('SELECT dob FROM shop_v1.people WHERE n = 1')).toBe('2001-02-03');
    expect(await one('SELECT birthdate::text FROM shop_v2.people WHERE n = 2')).toBe('2004-05-06');
    await shop.app('DELETE FROM shop_v2.people WHERE n = 3');
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await one('SELECT count(*)::int FROM shop_v2.people WHERE birthdate IS NOT NULL')).toBe(
      299,
    );
  });

  it('is split, and both halves are kept in step', async () => {
    shop = await ShopTarget.on(setup, [APART]);
    await shop.run('expand');
    const half = async (n: number) => {
      const key = await shop.admin(`SELECT * FROM births b NATURAL JOIN people p WHERE p.n = ${n}`);
      return key[0]?.['dob'];
    };
    await shop.app(`UPDATE shop_v1.people SET dob = '2004-05-06' WHERE n = 2`);
    expect(await shop.run('backfill', 'verify')).toMatchObject({ differences: 0, quarantined: 0 });
    expect(await half(2)).toBe('2004-05-06');
    await shop.app(`UPDATE shop_v2.births SET dob = '2001-02-03'`);
    expect(await one(`SELECT count(*)::int FROM shop_v1.people WHERE dob = '2001-02-03'`)).toBe(
      300,
    );
    await shop.app('DELETE FROM shop_v1.people WHERE n = 3');
    expect(await one('SELECT count(*)::int FROM shop_v2.births')).toBe(299);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    await shop.app('DELETE FROM shop_v2.people WHERE n = 4');
    expect(await one('SELECT count(*)::int FROM shop_v2.births')).toBe(298);
  });
});

describe('a table that', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const columns = `n int, dob text`;

  it.each([
    ['has no key', `CREATE TABLE people (${columns})`, 'neither a primary key nor a unique index'],
    [
      'has a key that may wait for the end of a transaction',
      `CREATE TABLE people (id int PRIMARY KEY DEFERRABLE, ${columns})`,
      'neither a primary key nor a unique index',
    ],
    [
      'has heirs',
      `CREATE TABLE people (id int PRIMARY KEY, ${columns}); CREATE TABLE heirs () INHERITS (people)`,
      'is inherited, a single partition',
    ],
    [
      'is a view',
      `CREATE TABLE humans (id int PRIMARY KEY, ${columns}); CREATE VIEW people AS SELECT * FROM humans`,
      'is inherited, a single partition',
    ],
    [
      'computes another column from the one that moves',
      `CREATE TABLE people (id int PRIMARY KEY, ${columns}, loud text GENERATED ALWAYS AS (upper(dob)) STORED)`,
      'the generated column "loud" reads "dob"',
    ],
    [
      'computes the column that moves',
      'CREATE TABLE people (id int PRIMARY KEY, n int, dob text GENERATED ALWAYS AS (n::text) STORED)',
      '"dob" is generated',
    ],
    [
      'is leaned on by the column that moves',
      `CREATE TABLE people (id int PRIMARY KEY, n int, dob text UNIQUE); CREATE TABLE other (dob text REFERENCES people (dob))`,
      'a foreign key elsewhere leans on people_dob_key of "dob"',
    ],
  ])('%s is refused, and left as it is', async (_, setup, why) => {
    for (const operation of [BIRTHDATE, APART]) {
      shop = await ShopTarget.on(setup, [operation]);
      expect(await shop.run('expand')).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining(why),
      });
      expect(await shop.admin(`SELECT FROM pg_namespace WHERE nspname LIKE 'shop%'`)).toEqual([]);
      if (operation === BIRTHDATE) await shop.close();
    }
  });

  const GUARDED = `CREATE TABLE people (id int PRIMARY KEY, tenant text, n int, dob text);
    ALTER TABLE people ENABLE ROW LEVEL SECURITY;
    CREATE POLICY mine ON people USING (tenant = current_setting('shop.tenant', true));
    INSERT INTO people SELECT i, 't' || i % 2, i, '1990-01-01' FROM generate_series(1, 300) i`;

  it('has row-level security shows and takes through both versions what its policies allow', async () => {
    shop = await ShopTarget.on(GUARDED, [BIRTHDATE]);
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    await shop.app(`SET shop.tenant = 't1'`);
    for (const version of ['shop_v1', 'shop_v2']) {
      expect(await shop.app(`SELECT count(*)::int AS n FROM ${version}.people`)).toEqual([
        { n: 150 },
      ]);
    }
    await shop.app(`UPDATE shop_v2.people SET birthdate = '2001-02-03'`);
    await expect(
      shop.app(`INSERT INTO shop_v2.people (id, tenant) VALUES (1001, 't0')`),
    ).rejects.toThrow('row-level security');
    expect(
      await shop.admin(`SELECT tenant, dob FROM people GROUP BY tenant, dob ORDER BY tenant`),
    ).toEqual([
      { tenant: 't0', dob: '1990-01-01' },
      { tenant: 't1', dob: '2001-02-03' },
    ]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    expect(await shop.app('SELECT count(*)::int AS n FROM shop_v2.people')).toEqual([{ n: 150 }]);
  });

  it('has row-level security is not split: another table would show what its policies hide', async () => {
    shop = await ShopTarget.on(GUARDED, [APART]);
    expect(await shop.run('expand')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('has row-level security'),
    });
  });
});
