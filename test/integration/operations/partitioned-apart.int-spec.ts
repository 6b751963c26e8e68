import { afterEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { SPLIT_USERS } from '../../support/split-users.ts';

/** On two levels, with a partition whose columns stand in another order. */
const SETUP = `
  CREATE TABLE users (id int, region text, name text, street text DEFAULT '', zip text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
  CREATE TABLE users_0 PARTITION OF users FOR VALUES IN ('r0') PARTITION BY HASH (id);
  CREATE TABLE users_00 PARTITION OF users_0 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE users_01 PARTITION OF users_0 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE users_1 (zip text, name text, gone int, id int, region text, street text DEFAULT '');
  ALTER TABLE users_1 DROP gone, ALTER id SET NOT NULL, ALTER region SET NOT NULL;
  ALTER TABLE users ATTACH PARTITION users_1 FOR VALUES IN ('r1');
  CREATE TABLE users_2 PARTITION OF users FOR VALUES IN ('r2');
  INSERT INTO users SELECT i, 'r' || i % 3, 'n', 'street ' || i, i::text FROM generate_series(1, 30) i`;

const SPLIT: Operation = { ...SPLIT_USERS, foreignKey: true };

describe('a partitioned table that is split', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const both = (where: string) =>
    shop.admin(`SELECT id, u.region, u.street, u.zip, a.street AS "newStreet", a.postcode
      FROM users u FULL JOIN addresses a ON (a.user_id, a.region) = (u.id, u.region) WHERE ${where} ORDER BY id`);
  const inRegion = (region: string) =>
    shop.admin(`SELECT count(*)::int AS rows FROM addresses WHERE region = '${region}'`);

  it('goes the whole way, and back', async () => {
    shop = await ShopTarget.on(SETUP, [SPLIT]);
    await shop.admin('GRANT TRUNCATE ON users, users_1 TO crossfade_test_app');
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET region = 'r1', zip = '7' WHERE id = 3`);
    await shop.app(`UPDATE shop_v2.addresses SET postcode = 8 WHERE user_id = 5`);
    await shop.app(`UPDATE shop_v2.users SET region = 'r0' WHERE id = 5`);
    await shop.app('DELETE FROM shop_v2.users WHERE id = 6');
    expect(await both('id IN (3, 5, 6)')).toEqual([
      { id: 3, region: 'r1', street: 'street 3', zip: '7', newStreet: 'street 3', postcode: 7 },
      { id: 5, region: 'r0', street: 'street 5', zip: '8', newStreet: 'street 5', postcode: 8 },
    ]);
    await shop.app('TRUNCATE public.users_1');
    expect([await inRegion('r1'), await inRegion('r2')]).toEqual([[{ rows: 0 }], [{ rows: 9 }]]);
    await shop.admin(`CREATE TABLE users_9 PARTITION OF users FOR VALUES IN ('r9')`);
    await shop.app(`INSERT INTO shop_v2.users VALUES (90, 'r9', 'n')`);
    await shop.app(`INSERT INTO shop_v2.addresses VALUES (90, 'r9', 'new', 9)`);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    await expect(
      shop.app(`INSERT INTO shop_v2.addresses VALUES (91, 'r9', 'new', 9)`),
    ).rejects.toThrow('violates foreign key constraint');
    await shop.app(`UPDATE shop_v2.addresses SET street = 'later' WHERE user_id = 90`);
    await shop.app('DELETE FROM shop_v2.addresses WHERE user_id = 15');
    await shop.run('restore');
    await shop.admin('TRUNCATE users_2');
    expect([await inRegion('r2'), await inRegion('r9')]).toEqual([[{ rows: 0 }], [{ rows: 1 }]]);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(
      await shop.app(
        'SELECT id, street, zip FROM shop_v1.users WHERE id IN (5, 8, 15, 90) ORDER BY 1',
      ),
    ).toEqual([
      { id: 5, street: 'street 5', zip: '8' },
      { id: 15, street: '', zip: null },
      { id: 90, street: 'later', zip: '9' },
    ]);
    const left = `SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'zzz%' UNION ALL
      SELECT proname::text FROM pg_proc WHERE proname ~ '^(sync|gone|move|pair)_'`;
    expect(await shop.admin(left)).toEqual([]);
  });

  it('tells rows that move from those that go, whatever else the statement does', async () => {
    shop = await ShopTarget.on(
      `${SETUP}; CREATE FUNCTION nobody() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
       CREATE TRIGGER nobody BEFORE INSERT ON users_2 FOR EACH ROW WHEN (NEW.id < 10) EXECUTE FUNCTION nobody()`,
      [SPLIT],
    );
    await shop.run('expand', 'backfill');
    await shop.app('UPDATE shop_v2.addresses SET postcode = -1');
    await shop.app(`UPDATE shop_v1.users SET region = 'r1', street = 'moved' WHERE id < 10`);
    expect(await both('id IN (1, 3)')).toEqual([
      { id: 1, region: 'r1', street: 'moved', zip: '1', newStreet: 'moved', postcode: -1 },
      { id: 3, region: 'r1', street: 'moved', zip: '3', newStreet: 'moved', postcode: -1 },
    ]);
    // By the name of a partition that has parts, and to where a trigger keeps two of three out.
    await shop.app(`UPDATE public.users_0 SET id = id + 100 WHERE id > 20`);
    await shop.app(`UPDATE shop_v1.users SET region = 'r2' WHERE id IN (3, 6, 12)`);
    expect(await both(`id IN (3, 6, 12) OR id > 120`)).toEqual(
      [12, 121, 124, 127, 130].map((id) => expect.objectContaining({ id, postcode: -1 })),
    );
    await shop.app(`MERGE INTO public.users u
      USING (VALUES (15, 'r0', NULL), (50, 'r0', NULL), (18, 'r0', 'r1'), (10, 'r1', NULL)) s (id, region, next)
      ON (u.id, u.region) = (s.id, s.region) WHEN MATCHED AND next IS NULL THEN DELETE
      WHEN MATCHED THEN UPDATE SET region = next WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, 'n', 'fresh', '50')`);
    expect(await both('id IN (10, 15, 18, 50) OR id IS NULL')).toEqual([
      {
        id: 18,
        region: 'r1',
        street: 'street 18',
        zip: '18',
        newStreet: 'street 18',
        postcode: -1,
      },
      { id: 50, region: 'r0', street: 'fresh', zip: '50', newStreet: 'fresh', postcode: 50 },
    ]);
    // One that was about to move, and was kept, goes like any other after that.
    await shop.admin(
      `CREATE TRIGGER stay BEFORE DELETE ON users_1 FOR EACH ROW WHEN (current_setting('shop.stay', true) = 'on') EXECUTE FUNCTION nobody()`,
    );
    await shop.app(
      `BEGIN; SET LOCAL shop.stay = 'on'; UPDATE shop_v1.users SET region = 'r2' WHERE id = 13`,
    );
    await shop.app(`SET LOCAL shop.stay = 'off'; DELETE FROM shop_v1.users WHERE id = 13; COMMIT`);
    expect(await both('13 IN (id, user_id)')).toEqual([]);
  });

  it('keeps its partitions, whose rows would go without a word', async () => {
    shop = await ShopTarget.on(SETUP, [SPLIT]);
    await shop.run('expand', 'backfill');
    await shop.target.works.records.settleGuard();
    await shop.admin(
      `CREATE TABLE "users nine" PARTITION OF users FOR VALUES IN ('r9') PARTITION BY LIST (id)`,
    );
    await shop.admin('CREATE TABLE users_99 PARTITION OF "users nine" DEFAULT');
    for (const id of [91, 92]) {
      await shop.app(`INSERT INTO shop_v1.users VALUES (${id}, 'r9', 'n', 'street')`);
      await shop.admin(`TRUNCATE ${id === 91 ? 'users_99' : '"users nine"'}`);
      expect(await inRegion('r9')).toEqual([{ rows: 0 }]);
    }
    for (const sql of [
      'ALTER TABLE users DETACH PARTITION users_1',
      'ALTER TABLE users_0 DETACH PARTITION users_00',
      'DROP TABLE users_1',
      'ALTER TABLE "users nine" DETACH PARTITION users_99',
      'DROP TABLE users_99',
    ]) {
      await expect(shop.admin(sql)).rejects.toThrow('belongs to schema migration shop');
    }
    await shop.admin('ALTER TABLE users DETACH PARTITION users_1 CONCURRENTLY');
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 10 });
    const homeless = 'NOT EXISTS (SELECT FROM users u WHERE u.id = a.user_id)';
    await shop.admin(`DELETE FROM addresses a WHERE ${homeless}`);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });
});

/** What does not move has to stay with its row, wherever that goes. */
const MERGE: Operation = {
  operation: 'mergeTables',
  table: 'users',
  from: 'bios',
  key: { id: 'user_id' },
  columns: [{ column: 'bio', to: 'bio' }],
};

const BIOS = `${SETUP};
  CREATE TABLE bios (user_id int, region text, bio text, lang text NOT NULL DEFAULT 'en', PRIMARY KEY (user_id, region),
    CONSTRAINT bios_home FOREIGN KEY (user_id, region) REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE) PARTITION BY HASH (user_id);
  CREATE TABLE bios_0 PARTITION OF bios FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE bios_1 PARTITION OF bios FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  INSERT INTO bios SELECT id, region, 'bio ' || id, 'de' FROM users WHERE id % 2 = 1`;

describe('a partitioned table that is merged into another', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const both = (where: string) =>
    shop.admin(`SELECT id, u.region, u.bio AS "newBio", b.bio, b.lang FROM users u
      FULL JOIN bios b ON (b.user_id, b.region) = (u.id, u.region) WHERE ${where} ORDER BY id`);

  it('goes the whole way, and back', async () => {
    shop = await ShopTarget.on(BIOS, [MERGE]);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.users SET region = 'r0', bio = 'moved' WHERE id IN (1, 2, 5)`);
    await shop.app(`UPDATE shop_v1.bios SET bio = 'old' WHERE user_id = 7`);
    await shop.app('DELETE FROM shop_v2.users WHERE id = 9');
    expect(await both('id IN (1, 2, 5, 7, 9) OR id IS NULL')).toEqual([
      { id: 1, region: 'r0', newBio: 'moved', bio: 'moved', lang: 'de' },
      { id: 2, region: 'r0', newBio: 'moved', bio: 'moved', lang: 'en' },
      { id: 5, region: 'r0', newBio: 'moved', bio: 'moved', lang: 'de' },
      { id: 7, region: 'r1', newBio: 'old', bio: 'old', lang: 'de' },
    ]);
    await shop.admin('TRUNCATE bios_1');
    const emptied = await shop.admin(
      'SELECT FROM users WHERE id NOT IN (SELECT user_id FROM bios) AND bio IS NOT NULL',
    );
    expect(emptied).toEqual([]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done', quarantined: 0 });
    await shop.app(`UPDATE shop_v2.users SET bio = 'later' WHERE id = 7`);
    expect(await shop.run('restore')).toMatchObject({ status: 'done' });
    expect(await both('id = 7')).toMatchObject([{ newBio: 'later', bio: 'later' }]);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });
});
