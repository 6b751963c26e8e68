import { afterEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const SETUP = `
  CREATE SCHEMA crm;
  CREATE TABLE crm.customers (id int PRIMARY KEY);
  INSERT INTO crm.customers SELECT generate_series(0, 9);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int, code text, amount int);
  INSERT INTO orders SELECT n, n % 10, 'c' || n, n FROM generate_series(1, 300) n;
  CREATE TABLE events (device text, at int);
  INSERT INTO events SELECT 'd' || n, n FROM generate_series(1, 300) n;`;

const enforce = 'contract' as const;

const CHECK = {
  operation: 'addCheck',
  table: 'orders',
  name: 'orders_amount',
  check: 'amount > 0',
  enforce,
  replaces: null,
} as const;
const UNIQUE = {
  operation: 'addUnique',
  table: 'orders',
  name: 'orders_code_key',
  columns: ['code'],
  include: [],
  nulls: 'distinct',
  enforce,
} as const;
const FOREIGN = {
  operation: 'addForeignKey',
  table: 'orders',
  name: 'orders_customer_id_fkey',
  columns: ['customer_id'],
  references: { schema: 'crm', table: 'customers', columns: ['id'] },
  onDelete: 'set null',
  onUpdate: 'no action',
  enforce,
} as const;
const PRIMARY = {
  operation: 'addPrimaryKey',
  table: 'events',
  name: 'events_pkey',
  columns: ['device', 'at'],
  enforce,
} as const;

/** A rule, what it leaves in the catalog, and a write that breaks it with the mending of it. */
interface Case {
  readonly operation: Operation & { readonly enforce: 'expand' | 'contract' };
  readonly adds: Readonly<Record<string, string>>;
  readonly breaking: string;
  readonly said: RegExp;
  readonly mending: string;
  readonly refused: string;
}

const cases: readonly Case[] = [
  {
    operation: CHECK,
    adds: { 'orders: orders_amount': 'CHECK ((amount > 0))' },
    breaking: 'UPDATE shop_v1.orders SET amount = -1 WHERE id IN (1, 2)',
    said: /^orders_amount is broken by 2 rows, among them orders\(1\), orders\(2\)\. Mend them/,
    mending: 'UPDATE public.orders SET amount = 1 WHERE id IN (1, 2)',
    refused: 'violates check constraint "orders_amount"',
  },
  {
    operation: UNIQUE,
    adds: {
      'orders: orders_code_key': 'UNIQUE (code)',
      'orders.orders_code_key':
        'CREATE UNIQUE INDEX orders_code_key ON public.orders USING btree (code)',
    },
    breaking: `UPDATE shop_v1.orders SET code = 'c2' WHERE id = 1`,
    said: /^orders_code_key is broken by 2 rows, among them orders\([12]\), orders\([12]\)/,
    mending: `UPDATE public.orders SET code = 'c1' WHERE id = 1`,
    refused: 'duplicate key value violates unique constraint "orders_code_key"',
  },
  {
    operation: FOREIGN,
    adds: {
      'orders: orders_customer_id_fkey':
        'FOREIGN KEY (customer_id) REFERENCES crm.customers(id) ON DELETE SET NULL',
    },
    breaking: 'UPDATE shop_v1.orders SET customer_id = 77 WHERE id = 1',
    said: /^orders_customer_id_fkey is broken by 1 row, among them orders\(1\)/,
    mending: 'UPDATE public.orders SET customer_id = NULL WHERE id = 1',
    refused: 'violates foreign key constraint "orders_customer_id_fkey"',
  },
  {
    operation: PRIMARY,
    adds: {
      'events: events_pkey': 'PRIMARY KEY (device, at)',
      'events.events_pkey':
        'CREATE UNIQUE INDEX events_pkey ON public.events USING btree (device, at)',
      'events.at not null': '',
      'events.device not null': '',
    },
    breaking: `INSERT INTO shop_v1.events VALUES (NULL, 1), ('d1', 1)`,
    said: /^NOT NULL of events_pkey is broken by 1 row, among them events\(\(\d+,\d+\)\); events_pkey is broken by 2 rows/,
    mending: `DELETE FROM events WHERE device IS NULL;
      DELETE FROM events WHERE ctid = (SELECT max(ctid) FROM events WHERE device = 'd1')`,
    refused: 'null value in column "device"',
  },
];

const ours = (held: Readonly<Record<string, string>>) =>
  Object.keys(held).filter((name) => name.includes('_crossfade_'));

describe.each(cases)('$operation.operation', ({ operation, adds, ...one }) => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  /** Looked at again at once, not when the job rests no more. */
  const again = async (kind: 'verify' | 'contract') => {
    await shop.admin('UPDATE crossfade.job SET due_at = now(), hold = NULL, lease_until = NULL');
    return shop.run(kind);
  };

  it('refuses no write of the old version before contract, and stands after it', async () => {
    shop = await ShopTarget.on(SETUP, [operation]);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill');
    await shop.app(one.breaking);
    expect(await heldTogether(shop.target.admin)).toEqual(before);
    expect(await shop.run('verify')).toMatchObject({
      hold: 'rules',
      reason: expect.stringMatching(one.said),
    });
    await shop.admin(one.mending);
    expect(await again('verify')).toMatchObject({ status: 'done', differences: 0 });
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual({ ...before, ...adds });
    await expect(shop.app(one.breaking.replaceAll('shop_v1', 'shop_v2'))).rejects.toThrow(
      one.refused,
    );
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('holds contract, and names what broke it, when a row slipped in', async () => {
    shop = await ShopTarget.on(SETUP, [operation]);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(one.breaking);
    expect(await shop.run('contract')).toMatchObject({ status: 'running', hold: 'rules' });
    await shop.app(`SELECT FROM shop_v1.${operation.table} LIMIT 1`);
    await shop.admin(one.mending);
    expect(await again('contract')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual({ ...before, ...adds });
  });

  it('leaves nothing behind after a rollback, however far it came', async () => {
    shop = await ShopTarget.on(SETUP, [operation]);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(one.breaking);
    await shop.run('contract');
    await shop.target.works.revokeJob('shop/contract', 1);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });

  it('holds for both versions from expand on where the old one keeps it', async () => {
    shop = await ShopTarget.on(SETUP, [{ ...operation, enforce: 'expand' } as Operation]);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill');
    expect(ours(await heldTogether(shop.target.admin))).not.toEqual([]);
    await expect(shop.app(one.breaking)).rejects.toMatchObject({ code: /^23/ });
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual({ ...before, ...adds });
  });
});

describe('addCheck with a column of its own', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('lets the old version break what the new one never meets', async () => {
    const replaces = { column: 'amount', up: 'greatest(amount, 1)', down: null };
    shop = await ShopTarget.on(SETUP, [{ ...CHECK, replaces }]);
    await shop.run('expand', 'backfill');
    await shop.app('UPDATE shop_v1.orders SET amount = -5 WHERE id = 1');
    const amounts = () =>
      shop.app(
        `SELECT o.amount AS old, n.amount AS new FROM shop_v1.orders o JOIN shop_v2.orders n USING (id) WHERE id = 1`,
      );
    expect(await amounts()).toEqual([{ old: -5, new: 1 }]);
    await expect(shop.run('verify', 'contract')).resolves.toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toMatchObject(cases[0]?.adds ?? {});
  });
});
