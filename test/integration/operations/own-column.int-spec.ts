import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ShopTarget } from '../../support/shop-target.ts';

const own = { operation: 'addColumn', table: 'orders', notNull: false } as const;

describe('addColumn of the new version’s own', () => {
  let shop: ShopTarget;

  beforeEach(async () => {
    shop = await ShopTarget.create(
      { ...own, column: 'gift', type: 'boolean', notNull: true, default: 'false' },
      { ...own, column: 'remark', type: 'text', default: null },
    );
  });
  afterEach(() => shop.close());

  const pages = async () =>
    (await shop.admin(`SELECT pg_relation_filenode('orders')::int AS file`))[0]?.['file'];

  it('writes no row of the table, and asks nothing of the old version', async () => {
    const before = await pages();
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    expect(await pages()).toBe(before);
    expect(await shop.columns('shop_v1.orders')).not.toContain('gift');
    await shop.app(`INSERT INTO shop_v1.orders (id, customer) VALUES (1001, 'old')`);
    await shop.app(
      `INSERT INTO shop_v2.orders (id, customer, gift, remark) VALUES (1002, 'new', true, 'r')`,
    );
    await shop.app(`UPDATE shop_v1.orders SET note = 'old' WHERE id = 1002`);
    expect(
      await shop.app(
        'SELECT gift, remark FROM shop_v2.orders WHERE id IN (1, 1001, 1002) ORDER BY id',
      ),
    ).toEqual([
      { gift: false, remark: null },
      { gift: false, remark: null },
      { gift: true, remark: 'r' },
    ]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    await shop.app(`INSERT INTO shop_v2.orders (id, customer) VALUES (1003, 'new')`);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('keeps what the new version wrote when it is taken back, and refuses no row of the old one', async () => {
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.orders SET remark = 'kept' WHERE id = 1`);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    await shop.app(`INSERT INTO shop_v1.orders (id, customer) VALUES (1001, 'old')`);
    const [trash] = await shop.admin(
      `SELECT trash_name FROM crossfade.trash WHERE column_name = 'remark'`,
    );
    expect(
      await shop.admin(
        `SELECT "${String(trash?.['trash_name'])}" AS kept FROM orders WHERE id = 1`,
      ),
    ).toEqual([{ kept: 'kept' }]);
    await shop.admin('DELETE FROM crossfade.job');
    expect(await shop.run('expand')).toMatchObject({ status: 'done' });
  });
});
