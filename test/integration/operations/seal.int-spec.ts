import { afterEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const never = new AbortController().signal;

const SETUP = `
  CREATE TABLE customers (id int PRIMARY KEY);
  INSERT INTO customers SELECT generate_series(0, 9);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int, code text);
  INSERT INTO orders SELECT n, n % 10, 'c' || n FROM generate_series(1, 300) n`;

const OPERATIONS: readonly Operation[] = [
  {
    operation: 'addForeignKey',
    table: 'orders',
    name: 'orders_customer_id_fkey',
    columns: ['customer_id'],
    references: { schema: null, table: 'customers', columns: ['id'] },
    onDelete: 'no action',
    onUpdate: 'no action',
    enforce: 'contract',
  },
  {
    operation: 'addUnique',
    table: 'orders',
    name: 'orders_code_key',
    columns: ['code'],
    include: [],
    nulls: 'distinct',
    enforce: 'contract',
  },
];

const ADDED = {
  'orders: orders_customer_id_fkey': 'FOREIGN KEY (customer_id) REFERENCES customers(id)',
  'orders: orders_code_key': 'UNIQUE (code)',
  'orders.orders_code_key':
    'CREATE UNIQUE INDEX orders_code_key ON public.orders USING btree (code)',
};

describe('the seal before contract', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const turn = async (): Promise<void> => {
    await shop.admin('UPDATE crossfade.job SET due_at = now(), lease_until = NULL');
    await shop.target.works.work('spec', 200, never);
  };

  it('asks for no lock on the other table while a writer there would keep it waiting', async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'backfill', 'verify');
    const writer = await shop.target.connect();
    await writer.query(
      `SET application_name = 'import'; BEGIN; UPDATE customers SET id = 10 WHERE id = 9; SELECT pg_sleep(0.05)`,
    );
    const id = await shop.target.ensure('contract', shop.migration);
    await turn();
    expect(await shop.target.job(id)).toMatchObject({
      reason: expect.stringMatching(
        /^adds orders_customer_id_fkey: waits for a lock on customers that import/,
      ),
    });
    expect(
      await shop.admin(`SELECT conname FROM pg_constraint WHERE conname LIKE '\\_crossfade%'`),
    ).toEqual([]);
    await shop.admin(`SET lock_timeout = 100; UPDATE customers SET id = 11 WHERE id = 8`);
    await shop.admin('RESET lock_timeout; UPDATE customers SET id = 8 WHERE id = 11');
    await writer.query('ROLLBACK');
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toMatchObject(ADDED);
  });

  const places = [
    ['before', 1],
    ['after', 1],
    ['before', 2],
    ['after', 2],
    ['before', 3],
  ] as const;

  it.each(places)('comes once, whole, across a crash %s statement %i', async (when, time) => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill', 'verify');
    let passed = 0;
    shop.target.faults.at = (point) => {
      if (point === `seal.${when}Statement`) passed += 1;
      if (passed === time) throw new Error('killed');
    };
    const id = await shop.target.ensure('contract', shop.migration);
    // A statement that outlasts its turn has no moment after it.
    while (/pending|running/.test((await shop.target.job(id)).status)) await turn();
    shop.target.faults.at = () => undefined;
    await shop.admin(
      `UPDATE crossfade.job SET status = 'pending' WHERE kind = 'contract' AND status = 'failed'`,
    );
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await heldTogether(shop.target.admin)).toEqual({ ...before, ...ADDED });
  });

  it('looks at no rule in the parity check of a rollback', async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'backfill');
    await shop.app('UPDATE shop_v1.orders SET customer_id = 77 WHERE id = 1');
    const id = 'shop/parity';
    await shop.target.works.ensureJob({
      id,
      rollout: 'r1',
      kind: 'verify',
      migration: shop.migration,
      batchTimeMs: 100,
      generation: 1,
      parityOnly: true,
    });
    await turn();
    expect(await shop.target.job(id)).toMatchObject({ status: 'done', differences: 0 });
  });
});

describe('preflight of a rule', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it.each([
    [
      `UPDATE orders SET code = 'c2' WHERE id IN (1, 3); UPDATE orders SET code = 'x' WHERE id > 298`,
      'duplicates',
      /2 values occur more than once in \("code"\).*: (c… \(2 characters\) 3 times; x… \(1 characters\) 2 times|x… .*; c… .*)\. Find them/,
    ],
    [
      'ALTER TABLE customers DROP CONSTRAINT customers_pkey',
      'references',
      /lead to \("id"\) of "public"\."customers", which has no unique key/,
    ],
  ])('finds before anything is created: %s', async (setup, code, reason) => {
    shop = await ShopTarget.on(`${SETUP}; ${setup}`, OPERATIONS);
    expect(await shop.run('expand')).toMatchObject({
      hold: `preflight:${code}`,
      reason: expect.stringMatching(reason),
    });
  });

  it('finds NULL and duplicates before a primary key', async () => {
    shop = await ShopTarget.on(
      `CREATE TABLE events (device text); INSERT INTO events VALUES (NULL), ('d'), ('d')`,
      [
        {
          operation: 'addPrimaryKey',
          table: 'events',
          name: 'events_pkey',
          columns: ['device'],
          enforce: 'contract',
        },
      ],
    );
    expect(await shop.run('expand')).toMatchObject({
      hold: 'preflight:nulls',
      reason: expect.stringMatching(
        /NULL stands in 1 row of "public"\."events", in .* \(and 1 more/,
      ),
    });
  });
});
