import { afterEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { MergeTables } from '../../../src/core/schema-migration/moving-operations.ts';
import { checkTarget } from '../../../src/engine/schema-migration/preflight/check-target.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const USERS = `
  CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
  CREATE TABLE addresses (user_id bigint PRIMARY KEY REFERENCES users, street text COLLATE "C", zip text NOT NULL DEFAULT '0',
    note text);
  INSERT INTO users SELECT n, 'u' || n FROM generate_series(1, 900) n;
  INSERT INTO addresses SELECT n, 'street ' || n, n::text FROM generate_series(1, 900) n WHERE n % 3 > 0`;

const MERGE: MergeTables = {
  operation: 'mergeTables',
  table: 'users',
  from: 'addresses',
  key: { id: 'user_id' },
  columns: [
    { column: 'street', to: 'street' },
    { column: 'zip', to: 'postcode', type: 'integer', up: 'zip::integer', down: 'postcode::text' },
  ],
};

describe('mergeTables', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const open = async (more: Partial<MergeTables> = {}, setup = USERS): Promise<void> => {
    shop = await ShopTarget.on(setup, [{ ...MERGE, ...more }]);
  };
  const one = (sql: string) => shop.app(sql).then(([row]) => row);
  const old = (id: number) =>
    one(`SELECT street, zip FROM shop_v1.addresses WHERE user_id = ${id}`);
  const next = (id: number) => one(`SELECT street, postcode FROM shop_v2.users WHERE id = ${id}`);

  it('shows each version its own tables, and fills the columns', async () => {
    await open();
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    expect(await shop.columns('shop_v1.users')).toEqual(['id', 'name']);
    expect(await shop.columns('shop_v2.users')).toEqual(['id', 'name', 'street', 'postcode']);
    expect(await shop.columns('shop_v1.addresses')).toEqual(['user_id', 'street', 'zip', 'note']);
    expect(await next(2)).toEqual({ street: 'street 2', postcode: 2 });
    expect(await next(3)).toEqual({ street: null, postcode: null });
  });

  it('says before it begins what would not go along with its columns, and what to write instead', async () => {
    await open(
      {},
      `${USERS}; ALTER TABLE addresses ADD CONSTRAINT has_zip CHECK (zip <> ''); CREATE INDEX by_note ON addresses (note);
       CREATE UNIQUE INDEX by_street ON addresses (street, user_id); CREATE INDEX by_zip ON addresses (zip);
       CREATE INDEX zips ON addresses (lower(zip), street);
       ALTER TABLE addresses ALTER COLUMN street SET DEFAULT 'here';
       CREATE TABLE streets (name text PRIMARY KEY);
       ALTER TABLE addresses ADD CONSTRAINT known FOREIGN KEY (street) REFERENCES streets NOT VALID`,
    );
    const database = openTargetPostgres(shop.target.url);
    const undertaking = { migration: shop.migration, backup: null, room: null };
    const { findings } = await checkTarget(database, undertaking);
    await database.close();
    const found = findings.find(({ code }) => code === 'leftBehind');
    expect(found).toMatchObject({
      severity: 'warns',
      message: expect.stringMatching(
        /^NOT NULL of zip, by_street, by_zip, has_zip, known, the default of street, the default of zip, zips of addresses stand on columns/,
      ),
    });
    expect(found?.remedy.replace('Add what users needs of it: ', '').split('; ')).toEqual([
      '- addCheck: { table: users, name: users_postcode_not_null, check: "postcode IS NOT NULL" }, where each row has its partner in addresses',
      '- addUnique: { table: users, name: users_street_id_key, columns: [street, id] }',
      '- createIndex: { table: users, name: users_postcode_idx, columns: [postcode] }',
      String.raw`- addCheck: { table: users, name: has_zip, check: "(\"postcode\" <> ''::text)" }`,
      '- addForeignKey: { table: users, name: known, columns: [street], references: { table: streets, columns: [name] } }',
      `in the next migration - setDefault: { table: users, column: street, default: "'here'::text" }`,
      expect.stringMatching(
        /^in the next migration - setDefault: \{ table: users, column: postcode, /,
      ),
      expect.stringMatching(/^an index of users that says what `CREATE INDEX zips .*` says\.$/),
    ]);
  });

  it('carries writes of both sides, in the same transaction', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.addresses SET street = 'here' WHERE user_id = 1`);
    await shop.app(`INSERT INTO shop_v1.addresses VALUES (3, 'there', '33')`);
    await shop.app('DELETE FROM shop_v1.addresses WHERE user_id = 2');
    expect([await next(1), await next(3), await next(2)]).toEqual([
      { street: 'here', postcode: 1 },
      { street: 'there', postcode: 33 },
      { street: null, postcode: null },
    ]);
    await shop.app(`UPDATE shop_v2.users SET postcode = 44 WHERE id IN (4, 6)`);
    await shop.app(
      `INSERT INTO shop_v2.users (id, name, street, postcode) VALUES (1001, 'n', 'new', 5)`,
    );
    await shop.app('UPDATE shop_v2.users SET street = NULL, postcode = NULL WHERE id = 5');
    expect([await old(4), await old(6), await old(1001), await old(5)]).toEqual([
      { street: 'street 4', zip: '44' },
      { street: null, zip: '44' },
      { street: 'new', zip: '5' },
      undefined,
    ]);
    await shop.app('DELETE FROM shop_v2.users WHERE id = 4');
    expect(await old(4)).toBeUndefined();
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('follows TRUNCATE both ways', async () => {
    await open(
      { key: {} },
      `CREATE TABLE users ("theId" int PRIMARY KEY, name text);
       CREATE TABLE addresses ("theId" int PRIMARY KEY, street text, zip text)`,
    );
    await shop.run('expand', 'backfill');
    const fill = () =>
      shop.admin(
        `INSERT INTO users VALUES (1, 'a'); INSERT INTO addresses VALUES (1, 'street', '1')`,
      );
    const first = () => one('SELECT street, postcode FROM shop_v2.users');
    await fill();
    expect(await first()).toEqual({ street: 'street', postcode: 1 });
    await shop.admin('TRUNCATE addresses');
    expect(await first()).toEqual({ street: null, postcode: null });
    await shop.admin('TRUNCATE users');
    await fill();
    await shop.admin('TRUNCATE users');
    expect(await shop.admin('SELECT FROM addresses')).toEqual([]);
  });

  it('keeps what cannot be carried where it was written, and never fails a write', async () => {
    await open();
    await shop.run('expand');
    // What the new side leaves out is not filled in behind its back.
    for (const postcode of ['2', 'NULL']) {
      await shop.app(`UPDATE shop_v2.users SET postcode = ${postcode} WHERE id = 2`);
    }
    await shop.run('backfill');
    await shop.app(`UPDATE shop_v1.addresses SET zip = 'soon' WHERE user_id = 1`);
    expect([await next(1), await next(2), await old(2)]).toMatchObject([
      { street: 'street 1', postcode: 1 },
      { postcode: null },
      { street: 'street 2', zip: '2' },
    ]);
    expect(
      (await shop.target.quarantine()).map(({ key, kind, direction }) => [...key, kind, direction]),
    ).toEqual([
      ['1', 'error', 'up'],
      ['2', 'loss', 'down'],
    ]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'failed' });
  });

  it('contract puts the table aside, and nothing of it holds the rows of the other', async () => {
    await open();
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    await expect(shop.app('SELECT FROM shop_v1.addresses')).rejects.toThrow('is gone');
    await shop.app('DELETE FROM shop_v2.users WHERE id = 2');
    expect(await next(4)).toEqual({ street: 'street 4', postcode: 4 });
    expect(
      await shop.admin(
        `SELECT table_name, column_name, definition #>> '{foreign,0,definition}' AS key FROM crossfade.trash`,
      ),
    ).toEqual([
      {
        table_name: 'addresses',
        column_name: '',
        key: 'FOREIGN KEY (user_id) REFERENCES public.users(id)',
      },
    ]);
    expect(
      await shop.admin(`SELECT proname FROM pg_proc WHERE proname ~ '^(sync|gone|pair)_'`),
    ).toEqual([]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('loses no write of the new side in a rollback, after which a retry can begin', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.users SET street = 'new', postcode = 7 WHERE id = 3`);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await old(3)).toEqual({ street: 'new', zip: '7' });
    expect(await shop.admin('SELECT FROM crossfade.lent')).toEqual([]);
    await shop.admin('DELETE FROM crossfade.job');
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    expect(await next(3)).toEqual({ street: 'new', postcode: 7 });
  });

  it('lends what the sync needs to who may write one of the two, and takes it back', async () => {
    await open();
    await shop.admin('REVOKE ALL ON addresses, users FROM crossfade_test_app');
    await shop.admin('GRANT SELECT, UPDATE ON users TO crossfade_test_app');
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.users SET street = 'new', postcode = 9 WHERE id IN (1, 3)`);
    expect(await shop.admin('SELECT street FROM addresses WHERE user_id IN (1, 3)')).toEqual([
      { street: 'new' },
      { street: 'new' },
    ]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    expect(await shop.admin('SELECT FROM crossfade.lent')).toEqual([]);
    await shop.admin('DELETE FROM users WHERE id = 4');
    await shop.app('UPDATE shop_v2.users SET street = NULL, postcode = NULL WHERE id = 5');
    expect(await shop.run('restore')).toMatchObject({ status: 'done' });
    expect(await shop.admin('SELECT FROM addresses WHERE user_id IN (4, 5)')).toEqual([]);
    await shop.app(`UPDATE shop_v2.users SET street = 'again' WHERE id = 1`);
    expect(await shop.admin('SELECT street FROM addresses WHERE user_id = 1')).toEqual([
      { street: 'again' },
    ]);
    // Known as lent, so that the next contract takes it back.
    expect(await shop.admin('SELECT FROM crossfade.lent')).not.toEqual([]);
  });
});

describe('mergeTables refuses', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it.each([
    ['PRIMARY KEY (user_id, street)', 'both need the same key'],
    ['name text NOT NULL, PRIMARY KEY (user_id)', 'addresses.name is NOT NULL'],
  ])('addresses with %s: %j', async (more, why) => {
    shop = await ShopTarget.on(
      `CREATE TABLE users (id bigint PRIMARY KEY);
       CREATE TABLE addresses (user_id bigint, street text, zip text, ${more})`,
      [MERGE],
    );
    expect(await shop.run('expand')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(why),
    });
  });
});
