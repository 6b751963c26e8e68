import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const SETUP = `
  CREATE TABLE customers (id int PRIMARY KEY);
  INSERT INTO customers SELECT generate_series(0, 9);
  CREATE TABLE loose (id int);
  INSERT INTO loose SELECT generate_series(1, 9);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int, cents int, phone text, note text, street text);
  CREATE INDEX orders_cents ON orders (cents);
  CREATE INDEX orders_phone ON orders (phone);
  INSERT INTO orders SELECT n, n % 10, n, 'p' || n, 'n', 's' FROM generate_series(1, 30) n`;

const table = 'orders';
/** All that give a name at contract; of two of them something else has it until then. */
const OPERATIONS: readonly Operation[] = [
  {
    operation: 'changeType',
    table,
    column: 'cents',
    type: 'bigint',
    up: 'cents::bigint',
    down: 'cents::int',
  },
  {
    operation: 'addCheck',
    table,
    name: 'short',
    check: 'id > 0',
    enforce: 'contract',
    replaces: null,
  },
  {
    operation: 'addUnique',
    table,
    name: 'once',
    columns: ['id', 'phone'],
    include: [],
    nulls: 'distinct',
    enforce: 'contract',
  },
  {
    operation: 'addPrimaryKey',
    table: 'loose',
    name: 'loose_pkey',
    columns: ['id'],
    enforce: 'contract',
  },
  {
    operation: 'addForeignKey',
    table,
    name: 'buyer',
    columns: ['customer_id'],
    references: { schema: null, table: 'customers', columns: ['id'] },
    onDelete: 'no action',
    onUpdate: 'no action',
    enforce: 'contract',
  },
  { operation: 'dropIndex', table, index: 'orders_phone' },
  {
    operation: 'createIndex',
    table,
    name: 'orders_phone',
    method: 'btree',
    parts: [{ column: 'phone', expression: null, opclass: null, order: 'desc', nulls: null }],
    include: [],
    where: null,
  },
  {
    operation: 'createIndex',
    table,
    name: 'by_note',
    method: 'btree',
    parts: [{ column: 'note', expression: null, opclass: null, order: 'asc', nulls: null }],
    include: [],
    where: null,
  },
  {
    operation: 'splitTable',
    table,
    into: 'homes',
    key: {},
    columns: [{ column: 'street', to: 'street' }],
    foreignKey: true,
  },
  { operation: 'renameColumn', table, column: 'note', to: 'remark' },
  { operation: 'renameTable', table, to: 'sales' },
];

/** What somebody makes, what takes it away, which name that is of what, and who has it then. */
const TAKEN = [
  [
    'CREATE VIEW sales AS SELECT 1',
    'DROP VIEW sales',
    'sales to the table public.orders',
    'the view public.sales',
  ],
  [
    'CREATE TYPE sales AS ENUM ()',
    'DROP TYPE sales',
    'sales to the table public.orders',
    'the type public.sales',
  ],
  [
    'ALTER TABLE orders ADD COLUMN remark text',
    'ALTER TABLE orders DROP COLUMN remark',
    'remark to a column of public.orders',
    'another column',
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT short UNIQUE (id, customer_id)',
    'ALTER TABLE orders DROP CONSTRAINT short',
    'short to a constraint of public.orders',
    'a unique constraint of public.orders',
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT once CHECK (id > 1 OR true)',
    'ALTER TABLE orders DROP CONSTRAINT once',
    'once to a key of public.orders',
    'a check of public.orders',
  ],
  [
    'CREATE TABLE once ()',
    'DROP TABLE once',
    'once to a key of public.orders',
    'the table public.once',
  ],
  [
    'CREATE SEQUENCE loose_pkey',
    'DROP SEQUENCE loose_pkey',
    'loose_pkey to a key of public.loose',
    'the sequence public.loose_pkey',
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT buyer CHECK (id > 2 OR true)',
    'ALTER TABLE orders DROP CONSTRAINT buyer',
    'buyer to a constraint of public.orders',
    'a check of public.orders',
  ],
  [
    'CREATE INDEX by_note ON customers (id)',
    'DROP INDEX by_note',
    'by_note to an index of public.orders',
    'an index of public.customers',
  ],
  [
    'ALTER TABLE homes ADD CONSTRAINT homes_id_fkey CHECK (id > 0)',
    'ALTER TABLE homes DROP CONSTRAINT homes_id_fkey',
    'homes_id_fkey to a constraint of public.homes',
    'a check of public.homes',
  ],
] as const;

const wordsOf = (name: string, by: string): string =>
  `contract cannot give the name ${name}: ${by} has it by now. Rename or drop what has it, and it goes on by itself`;

describe('a name that contract gives, and that somebody else has by then', () => {
  let shop: ShopTarget;
  beforeAll(async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'backfill');
  });
  afterAll(() => shop.close());

  /** Whatever others have changed is accepted: a drift holds before anything else does. */
  const again = async (kind: 'contract' | 'verify') => {
    await shop.target.works.records.acceptDrift('shop', 'ada');
    await shop.admin('UPDATE crossfade.job SET due_at = now()');
    return shop.run(kind);
  };

  it('is not one that the migration itself makes free', async () => {
    expect(await shop.run('verify')).toMatchObject({ status: 'done' });
  });

  it('is told by verify, all of them at once; the parity check of a rollback does not ask', async () => {
    await shop.admin(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
    const [view, , , , , , , , index] = TAKEN;
    await shop.admin(`${view[0]}; ${index[0]}`);
    const held = await again('verify');
    expect(held).toMatchObject({ hold: 'names', differences: null });
    expect(held.reason).toBe(
      `contract cannot give the name ${index[2]}: ${index[3]} has it by now; ${wordsOf(view[2], view[3])}; ` +
        'the way back is open until contract',
    );
    await shop.target.works.ensureJob({
      id: 'shop/back',
      rollout: 'r1',
      kind: 'verify',
      migration: shop.migration,
      batchTimeMs: 100,
      generation: 1,
      parityOnly: true,
    });
    await shop.target.works.work('spec', 1_000, new AbortController().signal);
    expect(await shop.target.job('shop/back')).toMatchObject({ status: 'done', differences: 0 });
    await shop.admin(`${view[1]}; ${index[1]}`);
    expect(await again('verify')).toMatchObject({ status: 'done', differences: 0 });
  });

  it.each(TAKEN)(
    'holds contract after %s, and nothing has happened',
    async (take, giveBack, name, by) => {
      await shop.admin(take);
      expect(await again('contract')).toMatchObject({
        status: 'running',
        hold: 'names',
        reason: wordsOf(name, by),
      });
      expect(await shop.app('SELECT count(*)::int AS n FROM shop_v1.orders')).toEqual([{ n: 30 }]);
      await shop.admin(giveBack);
    },
  );

  it('lets contract go on once it is free', async () => {
    expect(await again('contract')).toMatchObject({ status: 'done' });
    expect(await shop.app('SELECT count(remark)::int AS n FROM shop_v2.sales')).toEqual([
      { n: 30 },
    ]);
  });
});

describe('a name that contract gives to what a partition has', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('holds contract just so', async () => {
    shop = await ShopTarget.on(
      `CREATE SCHEMA parts; CREATE TABLE people (id int NOT NULL, n int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
       CREATE TABLE parts.people_0 PARTITION OF people FOR VALUES FROM (0) TO (100)`,
      [
        {
          operation: 'createIndex',
          table: 'people',
          name: 'people_by_n',
          method: 'btree',
          parts: [{ column: 'n', expression: null, opclass: null, order: 'asc', nulls: null }],
          include: [],
          where: null,
        },
        {
          operation: 'addCheck',
          table: 'people',
          name: 'many',
          check: 'n > 0',
          enforce: 'contract',
          replaces: null,
        },
      ],
    );
    await shop.run('expand', 'backfill', 'verify');
    for (const [take, giveBack, words] of [
      [
        'CREATE TABLE parts.people_0_by_n ()',
        'DROP TABLE parts.people_0_by_n',
        wordsOf('people_0_by_n to an index of parts.people_0', 'the table parts.people_0_by_n'),
      ],
      [
        'ALTER TABLE parts.people_0 ADD CONSTRAINT many CHECK (n < 0 OR true)',
        'ALTER TABLE parts.people_0 DROP CONSTRAINT many',
        wordsOf('many to a constraint of public.people', 'a check of parts.people_0'),
      ],
    ] as const) {
      await shop.admin(take);
      await shop.target.works.records.acceptDrift('shop', 'ada');
      await shop.admin('UPDATE crossfade.job SET due_at = now()');
      expect(await shop.run('contract')).toMatchObject({ hold: 'names', reason: words });
      await shop.admin(giveBack);
    }
    await shop.target.works.records.acceptDrift('shop', 'ada');
    await shop.admin('UPDATE crossfade.job SET due_at = now()');
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });
});
