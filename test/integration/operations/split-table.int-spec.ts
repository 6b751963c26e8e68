import { afterEach, describe, expect, it } from '@jest/globals';
import type { SplitTable } from '../../../src/core/schema-migration/moving-operations.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const USERS = `
  CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, street text, city text COLLATE "C");
  INSERT INTO users SELECT n, 'u' || n, CASE WHEN n % 3 > 0 THEN 'street ' || n END,
    CASE WHEN n % 3 > 1 THEN 'city ' || n END FROM generate_series(1, 900) n`;

const SPLIT: SplitTable = {
  operation: 'splitTable',
  table: 'users',
  into: 'addresses',
  key: { id: 'user_id' },
  columns: [
    { column: 'street', to: 'street' },
    { column: 'city', to: 'town' },
  ],
  foreignKey: true,
};

describe('splitTable', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const open = async (setup = USERS, split: SplitTable = SPLIT): Promise<void> => {
    shop = await ShopTarget.on(setup, [split]);
  };
  const one = (sql: string) => shop.app(sql).then(([row]) => row);
  const old = (id: number) => one(`SELECT street, city FROM shop_v1.users WHERE id = ${id}`);
  const next = (id: number) =>
    one(`SELECT street, town FROM shop_v2.addresses WHERE user_id = ${id}`);

  it('shows each version its own tables, and fills the new one', async () => {
    await open();
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    expect(await shop.columns('shop_v1.users')).toEqual(['id', 'name', 'street', 'city']);
    expect(await shop.columns('shop_v2.users')).toEqual(['id', 'name']);
    expect(await shop.columns('shop_v2.addresses')).toEqual(['user_id', 'street', 'town']);
    expect(await shop.admin('SELECT count(*)::int AS rows FROM addresses')).toEqual([
      { rows: 600 },
    ]);
    expect(await next(2)).toEqual({ street: 'street 2', town: 'city 2' });
    expect(await next(3)).toBeUndefined();
  });

  it('waits for a reader of the new table as for one of the old table, and fills no row that is just being deleted', async () => {
    await open();
    const reader = await shop.target.connect();
    let isMade = false;
    shop.target.faults.at = (point) => {
      if (point === 'expand.afterCommit') isMade = true;
    };
    const id = await shop.target.ensure('expand', shop.migration);
    const turn = () => shop.target.works.work('spec', 0, new AbortController().signal);
    while (!isMade) await turn();
    await reader.query('BEGIN; SELECT FROM addresses; SELECT pg_sleep(0.03)');
    await turn();
    expect((await shop.target.job(id)).reason).toMatch(/^waits for a lock on addresses that /);
    await reader.query('ROLLBACK');
    expect(await shop.run('expand')).toMatchObject({ status: 'done' });
    // The backfill as well waits for who deletes a row: else that one's values would stay.
    await reader.query('BEGIN; DELETE FROM users WHERE id = 2');
    const filling = shop.run('backfill');
    await shop.untilSomebodyWaits(filling);
    await reader.query('COMMIT');
    expect(await filling).toMatchObject({ status: 'done' });
    expect(await next(2)).toBeUndefined();
  });

  it('carries writes of both sides, in the same transaction', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET city = 'Ulm' WHERE id IN (1, 3)`);
    expect([await next(1), await next(3)]).toEqual([
      { street: 'street 1', town: 'Ulm' },
      { street: null, town: 'Ulm' },
    ]);
    await shop.app(`UPDATE shop_v2.addresses SET town = 'Bonn' WHERE user_id = 1`);
    await shop.app(`INSERT INTO shop_v2.users (id, name) VALUES (1001, 'new')`);
    await shop.app(`INSERT INTO shop_v2.addresses (user_id, town) VALUES (1001, 'Jena')`);
    await shop.app('DELETE FROM shop_v2.addresses WHERE user_id = 2');
    expect([await old(1), await old(1001), await old(2)]).toEqual([
      { street: 'street 1', city: 'Bonn' },
      { street: null, city: 'Jena' },
      { street: null, city: null },
    ]);
    await shop.app('DELETE FROM shop_v1.users WHERE id = 1');
    await shop.app('UPDATE shop_v1.users SET id = 5000 WHERE id = 4');
    expect([await next(1), await next(4), await next(5000)]).toEqual([
      undefined,
      undefined,
      { street: 'street 4', town: null },
    ]);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('follows TRUNCATE both ways', async () => {
    await open();
    await shop.admin('GRANT TRUNCATE ON users TO crossfade_test_app');
    await shop.run('expand', 'backfill');
    await shop.app('TRUNCATE public.addresses');
    expect(await old(2)).toEqual({ street: null, city: null });
    await shop.app(`UPDATE shop_v1.users SET city = 'Ulm'`);
    await shop.app('TRUNCATE public.users');
    expect(await shop.admin('SELECT count(*)::int AS rows FROM addresses')).toEqual([{ rows: 0 }]);
    await shop.app('TRUNCATE public.users, public.addresses');
    // A table that another one leans on takes no TRUNCATE, whether that holds rows or not.
    await shop.admin('CREATE TABLE parcels (address bigint REFERENCES addresses)');
    await shop.app(`INSERT INTO shop_v1.users VALUES (1, 'u1', 'street 1')`);
    expect(await next(1)).toEqual({ street: 'street 1', town: null });
    await shop.app('TRUNCATE public.users');
    expect(await next(1)).toBeUndefined();
  });

  it('contract puts the columns aside and ties the new table to the old one', async () => {
    await open();
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    await expect(shop.app('SELECT FROM shop_v1.users')).rejects.toThrow('is gone');
    expect(
      await shop.admin(
        'SELECT original FROM (SELECT column_name AS original FROM crossfade.trash) t ORDER BY 1',
      ),
    ).toEqual([{ original: 'city' }, { original: 'street' }]);
    expect(await next(2)).toEqual({ street: 'street 2', town: 'city 2' });
    await expect(shop.app('INSERT INTO shop_v2.addresses (user_id) VALUES (5000)')).rejects.toThrow(
      'violates foreign key constraint',
    );
    await shop.app('DELETE FROM shop_v2.users WHERE id = 2');
    expect(await next(2)).toBeUndefined();
    expect(
      await shop.admin(
        `SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' AND conrelid = 'addresses'::regclass`,
      ),
    ).toEqual([{ conname: 'addresses_user_id_fkey', convalidated: true }]);
    expect(
      await shop.admin(`SELECT proname FROM pg_proc WHERE proname ~ '^(sync|gone|pair)_'`),
    ).toEqual([]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('loses no write of the new side in a rollback, after which a retry can begin', async () => {
    await open();
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.addresses SET town = 'Bonn' WHERE user_id = 1`);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await old(1)).toEqual({ street: 'street 1', city: 'Bonn' });
    await shop.app(`UPDATE shop_v1.users SET city = 'Ulm' WHERE id = 1`);
    expect(await shop.admin(`SELECT to_regclass('addresses') AS gone`)).toEqual([{ gone: null }]);
    await shop.admin('DELETE FROM crossfade.job');
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    expect(await next(1)).toEqual({ street: 'street 1', town: 'Ulm' });
  });
});
