import { afterEach, describe, expect, it } from '@jest/globals';
import type { CreateIndex } from '../../../src/core/schema-migration/operation.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const part = { column: null, expression: null, opclass: null, order: 'asc', nulls: null } as const;

const BY_PHONE: CreateIndex = {
  operation: 'createIndex',
  table: 'orders',
  name: 'orders_by_phone',
  method: 'btree',
  parts: [{ ...part, column: 'phone' }],
  include: [],
  where: null,
};

const DEFINITION = 'CREATE INDEX orders_by_phone ON public.orders USING btree (phone)';

describe('createIndex', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('is there, valid, before the new version is used, and has its name after contract', async () => {
    shop = await ShopTarget.create(BY_PHONE);
    const before = await heldTogether(shop.target.admin);
    expect(await shop.run('expand', 'backfill')).toMatchObject({ status: 'done' });
    const built = Object.keys(await heldTogether(shop.target.admin)).filter(
      (name) => !(name in before),
    );
    expect(built).toEqual([expect.stringMatching(/^orders\._crossfade_\w+_orders_by_phone$/)]);
    expect(await shop.target.works.records.drift()).toEqual([]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual({
      ...before,
      'orders.orders_by_phone': DEFINITION,
    });
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('takes expressions, order, operator classes, conditions and columns of the new version', async () => {
    shop = await ShopTarget.create(
      {
        operation: 'changeType',
        table: 'orders',
        column: 'amountCents',
        type: 'bigint',
        up: '"amountCents"',
        down: '"amountCents"',
      },
      { operation: 'renameColumn', table: 'orders', column: 'note', to: 'remark' },
      {
        ...BY_PHONE,
        parts: [
          { ...part, expression: 'lower(phone)', opclass: 'text_pattern_ops' },
          { ...part, column: 'amountCents', order: 'desc', nulls: 'last' },
        ],
        include: ['remark'],
        where: `"amountCents" > 5 AND remark <> ''`,
      },
    );
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    expect((await heldTogether(shop.target.admin))['orders.orders_by_phone']).toBe(
      'CREATE INDEX orders_by_phone ON public.orders USING btree (lower(phone) text_pattern_ops, ' +
        '"amountCents" DESC NULLS LAST) INCLUDE (remark) ' +
        `WHERE (("amountCents" > 5) AND (remark <> ''::text))`,
    );
  });

  it('stands on a table that the same migration makes', async () => {
    shop = await ShopTarget.create(
      {
        operation: 'createTable',
        table: 'parcels',
        columns: [{ name: 'id', type: 'bigint', notNull: true, default: null }],
        primaryKey: ['id'],
      },
      { ...BY_PHONE, table: 'parcels', parts: [{ ...part, column: 'id' }] },
    );
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    expect(await heldTogether(shop.target.admin)).toMatchObject({
      'parcels.orders_by_phone': expect.stringContaining('ON public.parcels USING btree (id)'),
    });
  });

  it('leaves nothing of itself behind after a rollback', async () => {
    shop = await ShopTarget.create(BY_PHONE);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill');
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });

  it.each([
    [{ name: 'orders_pkey' }, 'public.orders_pkey exists already'],
    [{ parts: [{ ...part, column: 'fax' }] }, 'public.orders has no column fax'],
    [{ parts: [{ ...part, expression: 'lower(fax)' }] }, 'column "fax" does not exist'],
    [{ where: 'phone' }, 'must be type boolean'],
    [{ parts: [{ ...part, expression: 'now()' }] }, 'must be marked IMMUTABLE'],
    [{ parts: [{ ...part, column: 'phone', opclass: 'a b' }] }, '"a b" is no operator class'],
  ])('says before anything is changed what is wrong with %j', async (change, reason) => {
    shop = await ShopTarget.create({ ...BY_PHONE, ...change });
    expect(await shop.run('expand')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(reason),
    });
    expect(await shop.admin(`SELECT to_regclass('shop_v2.orders') AS view`)).toEqual([
      { view: null },
    ]);
  });
});

describe('dropIndex', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('leaves it to both versions until contract, which writes down what it was', async () => {
    shop = await ShopTarget.create(
      { operation: 'dropIndex', table: 'orders', index: 'orders_by_phone' },
      { ...BY_PHONE, parts: [{ ...part, column: 'note' }] },
    );
    await shop.admin('CREATE INDEX orders_by_phone ON orders (phone)');
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({ status: 'done' });
    expect((await heldTogether(shop.target.admin))['orders.orders_by_phone']).toBe(DEFINITION);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect((await heldTogether(shop.target.admin))['orders.orders_by_phone']).toBe(
      DEFINITION.replace('phone)', 'note)'),
    );
    expect(await shop.admin(`SELECT definition -> 'index' AS index FROM crossfade.trash`)).toEqual([
      { index: { name: 'orders_by_phone', unique: false, body: 'USING btree (phone)' } },
    ]);
  });

  it.each([
    ['orders_pkey', 'the constraint orders_pkey stands on "public"."orders_pkey"'],
    ['nothing', 'orders has no index "public"."nothing"'],
  ])('refuses %s by name', async (index, reason) => {
    shop = await ShopTarget.create({ operation: 'dropIndex', table: 'orders', index });
    expect(await shop.run('expand')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(reason),
    });
  });
});
