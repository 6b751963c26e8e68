import { afterEach, describe, expect, it } from '@jest/globals';
import { ShopTarget } from '../../support/shop-target.ts';

describe('an operation on a column', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('renameColumn: each version has its name, and contract renames the column', async () => {
    shop = await ShopTarget.create({
      operation: 'renameColumn',
      table: 'orders',
      column: 'amountCents',
      to: 'amount_cents',
    });
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    await shop.app('UPDATE shop_v2.orders SET amount_cents = 7 WHERE id = 1');
    await shop.app('UPDATE shop_v1.orders SET "amountCents" = 8 WHERE id = 2');
    expect(
      await shop.app('SELECT amount_cents FROM shop_v2.orders WHERE id IN (1, 2) ORDER BY id'),
    ).toEqual([{ amount_cents: 7 }, { amount_cents: 8 }]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await shop.columns('public.orders')).toContain('amount_cents');
    expect(await shop.columns('shop_v2.orders')).toContain('amount_cents');
    await expect(shop.app('SELECT "amountCents" FROM shop_v1.orders')).rejects.toThrow('is gone');
  });

  it('changeType: a wider type breaks no prepared statement, as ALTER COLUMN TYPE would, and leads back', async () => {
    const type = 'varchar(40)';
    const down = 'code::varchar(20)';
    const same = { up: 'code', down, reversible: { while: 'length(code) <= 20' } };
    shop = await ShopTarget.on(
      `CREATE TABLE orders (id int PRIMARY KEY, code varchar(20)); INSERT INTO orders VALUES (1, 'a');
       CREATE TABLE plain (LIKE orders); INSERT INTO plain VALUES (1, 'a')`,
      [{ operation: 'changeType', table: 'orders', column: 'code', type, ...same }],
    );
    const file = async () => (await shop.admin(`SELECT pg_relation_filenode('plain') AS file`))[0];
    await shop.admin('PREPARE old_plain AS SELECT code FROM plain');
    await shop.admin('PREPARE old_orders AS SELECT code FROM orders');
    const before = await file();
    await shop.admin(`ALTER TABLE plain ALTER COLUMN code TYPE ${type}`);
    expect(await file()).toEqual(before);
    await expect(shop.admin('EXECUTE old_plain')).rejects.toThrow(
      'cached plan must not change result type',
    );
    await shop.admin('ALTER TABLE plain ALTER COLUMN code TYPE varchar(20)');
    expect(await file()).not.toEqual(before);
    await shop.admin('CREATE VIEW seen AS SELECT code FROM plain');
    await expect(shop.admin(`ALTER TABLE plain ALTER COLUMN code TYPE ${type}`)).rejects.toThrow(
      'cannot alter type of a column used by a view or rule',
    );

    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v2.orders SET code = 'as long as it is now allowed to be'`);
    expect(await shop.admin('EXECUTE old_orders')).toEqual([{ code: 'as long as it is now' }]);
    await expect(
      shop.app(`UPDATE shop_v1.orders SET code = 'as long as it is now allowed to be'`),
    ).rejects.toThrow('value too long for type character varying(20)');
  });

  it('changeType: writes of both sides arrive on the other, and contract leaves one column', async () => {
    shop = await ShopTarget.create({
      operation: 'changeType',
      table: 'orders',
      column: 'amountCents',
      type: 'numeric(12,2)',
      up: '"amountCents" / 100.0',
      down: '("amountCents" * 100)::integer',
    });
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    expect(await shop.columns('shop_v2.orders')).toEqual(await shop.columns('shop_v1.orders'));
    await shop.app('UPDATE shop_v2.orders SET "amountCents" = 12.34 WHERE id = 1');
    await shop.app('UPDATE shop_v1.orders SET "amountCents" = 99 WHERE id = 2');
    await shop.app(
      `INSERT INTO shop_v2.orders (id, customer, "amountCents") VALUES (1001, 'new', 5.5)`,
    );
    await shop.app(`INSERT INTO shop_v2.orders (id, customer) VALUES (1002, 'default')`);
    const values = (view: string) =>
      shop.app(
        `SELECT "amountCents"::text AS amount FROM ${view} WHERE id IN (1, 2, 1001, 1002) ORDER BY id`,
      );
    expect(await values('shop_v1.orders')).toEqual(
      ['1234', '99', '550', '100'].map((amount) => ({ amount })),
    );
    expect(await values('shop_v2.orders')).toEqual(
      ['12.34', '0.99', '5.50', '1.00'].map((amount) => ({ amount })),
    );
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    await shop.app(`INSERT INTO shop_v2.orders (id, customer) VALUES (1003, 'default')`);
    expect(
      await shop.admin(
        'SELECT "amountCents"::text AS amount FROM orders WHERE id IN (1, 1003) ORDER BY id',
      ),
    ).toEqual([{ amount: '12.34' }, { amount: '1.00' }]);
  });

  it('setNotNull: old writers keep their NULL, new readers never meet it', async () => {
    shop = await ShopTarget.create({
      operation: 'setNotNull',
      table: 'orders',
      column: 'phone',
      up: `coalesce(phone, 'none')`,
    });
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    await shop.app('UPDATE shop_v1.orders SET phone = NULL WHERE id = 1');
    await shop.app(`UPDATE shop_v2.orders SET phone = '112' WHERE id = 2`);
    await shop.app(`UPDATE shop_v2.orders SET note = 'touched' WHERE id = 3`);
    expect(
      await shop.app('SELECT id::int, phone FROM shop_v1.orders WHERE id IN (1, 2, 3) ORDER BY id'),
    ).toEqual([
      { id: 1, phone: null },
      { id: 2, phone: '112' },
      { id: 3, phone: null },
    ]);
    expect(
      await shop.app('SELECT count(*)::int AS rows FROM shop_v2.orders WHERE phone IS NULL'),
    ).toEqual([{ rows: 0 }]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    expect(await shop.columns('public.orders')).toContain('phone');
  });

  it('dropNotNull: new writers may leave it NULL, old readers read what stands for it', async () => {
    shop = await ShopTarget.create({
      operation: 'dropNotNull',
      table: 'orders',
      column: 'customer',
      down: `coalesce(customer, 'nobody')`,
    });
    await shop.run('expand');
    // Written as NULL, so there is nothing to fill.
    await shop.app(`INSERT INTO shop_v2.orders (id) VALUES (1001)`);
    expect(await shop.run('backfill', 'verify')).toMatchObject({ differences: 0, quarantined: 0 });
    await shop.app('UPDATE shop_v2.orders SET customer = NULL WHERE id = 1');
    await shop.app(`UPDATE shop_v1.orders SET note = 'unrelated' WHERE id = 1`);
    await shop.app(`UPDATE shop_v1.orders SET customer = 'somebody' WHERE id = 2`);
    const values = (view: string) =>
      shop.app(`SELECT customer FROM ${view} WHERE id IN (1, 2, 1001) ORDER BY id`);
    expect(await values('shop_v1.orders')).toEqual(
      ['nobody', 'somebody', 'nobody'].map((customer) => ({ customer })),
    );
    expect(await values('shop_v2.orders')).toEqual(
      [null, 'somebody', null].map((customer) => ({ customer })),
    );
    expect(await shop.target.quarantine()).toEqual([]);
    expect(await shop.target.run('verify', { ...shop.migration, name: 'shop' })).toMatchObject({
      differences: 0,
    });
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    await shop.app('INSERT INTO shop_v2.orders (id) VALUES (1002)');
  });

  it('dropColumn: the new version need not know it, the old one has it till contract', async () => {
    shop = await ShopTarget.create({
      operation: 'dropColumn',
      table: 'orders',
      column: 'customer',
      down: `'order ' || id`,
    });
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ differences: 0 });
    expect(await shop.columns('shop_v2.orders')).not.toContain('customer');
    await shop.app('INSERT INTO shop_v2.orders (id) VALUES (1001)');
    expect(await shop.app('SELECT customer FROM shop_v1.orders WHERE id = 1001')).toEqual([
      { customer: 'order 1001' },
    ]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    await shop.app('INSERT INTO shop_v2.orders (id) VALUES (1002)');
    const [trash] = await shop.admin('SELECT trash_name FROM crossfade.trash');
    expect(
      await shop.admin(
        `SELECT "${String(trash?.['trash_name'])}" AS kept FROM orders WHERE id = 1`,
      ),
    ).toEqual([{ kept: 'c1' }]);
  });

  it('setDefault: each version has its own', async () => {
    shop = await ShopTarget.create(
      { operation: 'setDefault', table: 'orders', column: 'note', default: `'fresh'` },
      { operation: 'setDefault', table: 'orders', column: 'amountCents', default: null },
    );
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(`INSERT INTO shop_v1.orders (id, customer) VALUES (1001, 'c')`);
    await shop.app(`INSERT INTO shop_v2.orders (id, customer) VALUES (1002, 'c')`);
    await shop.run('contract');
    await shop.app(`INSERT INTO shop_v2.orders (id, customer) VALUES (1003, 'c')`);
    await shop.admin(`INSERT INTO orders (id, customer) VALUES (1004, 'c')`);
    expect(
      await shop.admin(
        'SELECT note, "amountCents" AS cents FROM orders WHERE id > 1000 ORDER BY id',
      ),
    ).toEqual([
      { note: '', cents: 100 },
      { note: 'fresh', cents: null },
      { note: 'fresh', cents: null },
      { note: 'fresh', cents: null },
    ]);
  });

  it('goes back without a trace of its own but the trash', async () => {
    const operations = [
      {
        operation: 'changeType',
        table: 'orders',
        column: 'amountCents',
        type: 'bigint',
        up: '"amountCents"',
        down: '"amountCents"',
      },
      { operation: 'dropColumn', table: 'orders', column: 'customer', down: `'c'` },
      { operation: 'renameColumn', table: 'orders', column: 'phone', to: 'telephone' },
    ] as const;
    shop = await ShopTarget.create(...operations);
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(`UPDATE shop_v2.orders SET telephone = '1', "amountCents" = 5 WHERE id = 1`);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(
      await shop.app('SELECT phone, "amountCents" AS cents FROM shop_v1.orders WHERE id = 1'),
    ).toEqual([{ phone: '1', cents: 5 }]);
    expect(
      await shop.admin(`SELECT tgname FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade%'`),
    ).toEqual([]);
    await expect(shop.app('SELECT FROM shop_v2.orders')).rejects.toThrow('does not exist');
  });
});
