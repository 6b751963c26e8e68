import { afterEach, describe, expect, it } from '@jest/globals';
import type { CreateTable } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const ADDRESSES: CreateTable = {
  operation: 'createTable',
  table: 'addresses',
  columns: [
    { name: 'id', type: 'bigint', notNull: true, default: null },
    { name: 'city', type: 'text', notNull: true, default: `'Berlin'` },
  ],
  primaryKey: ['id'],
};

describe('an operation on a table', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const rightsByDefault = async (): Promise<void> => {
    await shop.admin(
      'ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO crossfade_test_app',
    );
  };

  it('createTable: the new version alone knows it', async () => {
    shop = await ShopTarget.create(ADDRESSES);
    await rightsByDefault();
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    await shop.app('INSERT INTO shop_v2.addresses (id) VALUES (1)');
    expect(await shop.app('SELECT * FROM shop_v2.addresses')).toEqual([
      { id: '1', city: 'Berlin' },
    ]);
    expect(await shop.admin(`SELECT to_regclass('shop_v1.addresses') AS old`)).toEqual([
      { old: null },
    ]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await shop.app('SELECT * FROM shop_v2.addresses')).toHaveLength(1);
  });

  it('createTable: after a rollback its rows lie in the trash', async () => {
    shop = await ShopTarget.create(ADDRESSES);
    await rightsByDefault();
    await shop.run('expand');
    await shop.app('INSERT INTO shop_v2.addresses (id) VALUES (1)');
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await shop.admin(`SELECT to_regclass('addresses') AS gone`)).toEqual([{ gone: null }]);
    const [trash] = await shop.admin('SELECT trash_name FROM crossfade.trash');
    const kept = await shop.admin(
      `SELECT * FROM crossfade_trash."${String(trash?.['trash_name'])}"`,
    );
    expect(kept).toEqual([{ id: '1', city: 'Berlin' }]);
  });

  it('createTable: what was built upon it goes before it does', async () => {
    const { table } = ADDRESSES;
    shop = await ShopTarget.create(
      ADDRESSES,
      {
        operation: 'addCheck',
        table,
        name: 'city_known',
        check: `city <> ''`,
        enforce: 'expand',
        replaces: null,
      },
      {
        operation: 'createIndex',
        table,
        name: 'by_city',
        method: 'btree',
        parts: [{ column: 'city', expression: null, opclass: null, order: 'asc', nulls: null }],
        include: [],
        where: null,
      },
      {
        operation: 'addForeignKey',
        table,
        name: 'addresses_id',
        columns: ['id'],
        references: { schema: null, table: 'orders', columns: ['id'] },
        onDelete: 'cascade',
        onUpdate: 'no action',
        enforce: 'expand',
      },
    );
    await shop.run('expand', 'backfill');
    expect(await shop.run('retire')).toMatchObject({ status: 'done', reason: null });
    expect(await shop.admin(`SELECT to_regclass('addresses') AS gone`)).toEqual([{ gone: null }]);
  });

  it('createTable: a second try after a rollback can be rolled back as well', async () => {
    shop = await ShopTarget.create({
      ...ADDRESSES,
      columns: [...ADDRESSES.columns, { name: 'no', type: 'int', notNull: false, default: null }],
    });
    for (const id of [1, 2, 3]) {
      await shop.run('expand');
      await shop.admin(`INSERT INTO addresses (id) VALUES (${id})`);
      expect(await shop.run('retire')).toMatchObject({ status: 'done' });
      await shop.admin('DELETE FROM crossfade.job');
    }
    const trash = await shop.admin('SELECT trash_name AS name FROM crossfade.trash ORDER BY at');
    const kept = trash.map(({ name }) => `SELECT id::int FROM crossfade_trash."${String(name)}"`);
    expect(await shop.admin(`${kept.join(' UNION ')} ORDER BY 1`)).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ]);
  });

  it('createTable: refuses to take over a table that somebody else made', async () => {
    shop = await ShopTarget.create({ ...ADDRESSES, table: 'orders' });
    expect(await shop.run('expand')).toMatchObject({
      status: 'failed',
      reason: 'public.orders exists already, and this migration did not make it.',
    });
  });

  it('renameTable: each version has its name, and contract renames the table', async () => {
    shop = await ShopTarget.create(
      { operation: 'renameTable', table: 'orders', to: 'purchases' },
      { operation: 'renameColumn', table: 'orders', column: 'note', to: 'remark' },
    );
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    await shop.app(`UPDATE shop_v2.purchases SET remark = 'x' WHERE id = 1`);
    expect(await shop.app('SELECT note FROM shop_v1.orders WHERE id = 1')).toEqual([{ note: 'x' }]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await shop.admin('SELECT remark FROM purchases WHERE id = 1')).toEqual([
      { remark: 'x' },
    ]);
    await expect(shop.app('SELECT FROM shop_v1.orders')).rejects.toMatchObject({
      hint: expect.stringContaining('Use shop_v2.purchases, the new version.'),
    });
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('dropTable: the old version has it till contract, then it lies in the trash', async () => {
    shop = await ShopTarget.create({ operation: 'dropTable', table: 'orders' });
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    expect(await shop.app('SELECT count(*)::int AS rows FROM shop_v1.orders')).toEqual([
      { rows: 900 },
    ]);
    expect(await shop.admin(`SELECT to_regclass('shop_v2.orders') AS next`)).toEqual([
      { next: null },
    ]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    await expect(shop.app('SELECT FROM shop_v1.orders')).rejects.toThrow('is gone');
    const [trash] = await shop.admin('SELECT trash_name FROM crossfade.trash');
    const rows = await shop.admin(
      `SELECT count(*)::int AS rows FROM crossfade_trash."${String(trash?.['trash_name'])}"`,
    );
    expect(rows).toEqual([{ rows: 900 }]);
  });

  it('dropTable: refuses a table that a foreign key leans on', async () => {
    shop = await ShopTarget.create({ operation: 'dropTable', table: 'orders' });
    await shop.admin('CREATE TABLE items (id int PRIMARY KEY, order_id bigint REFERENCES orders)');
    expect(await shop.run('expand')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(
        'the foreign key public.items.items_order_id_fkey leans on it',
      ),
    });
  });
});
