import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChangeType, Operation } from '../../../src/core/schema-migration/operation.ts';
import { heldTogether } from '../../support/catalog-of.ts';
import { dumpedSchema, startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { UsersTarget } from '../../support/users-target.ts';

/** A column on which everything stands that PostgreSQL lets stand on one. */
const SETUP = `
  CREATE TABLE customers (id int PRIMARY KEY);
  INSERT INTO customers SELECT generate_series(0, 9);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL DEFAULT 7, code text NOT NULL,
    serial_no serial, place int, note text COLLATE "C",
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers ON DELETE RESTRICT,
    CONSTRAINT orders_customer_known CHECK (customer_id >= 0 AND note <> 'customer_id'),
    CONSTRAINT orders_place_key UNIQUE (place, code) DEFERRABLE INITIALLY DEFERRED);
  ALTER TABLE orders ADD CONSTRAINT orders_place_check CHECK (place > 0) NOT VALID;
  INSERT INTO orders SELECT n, n % 10, 'c' || n, n, n, 'n' FROM generate_series(1, 300) n;
  CREATE INDEX orders_by_customer ON orders (customer_id DESC, lower(code)) INCLUDE (note)
    WITH (fillfactor = 70) WHERE customer_id > 2;
  CREATE INDEX orders_by_sum ON orders ((customer_id + place));
  CREATE UNIQUE INDEX orders_serial ON orders (serial_no);
  CREATE STATISTICS orders_both (ndistinct) ON id, customer_id FROM orders;
  ALTER TABLE orders ALTER COLUMN customer_id SET STATISTICS 400;
  ALTER TABLE orders ALTER COLUMN customer_id SET (n_distinct = 10);
  ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;
  ALTER TABLE orders CLUSTER ON orders_place_key;
  ALTER TABLE orders ALTER COLUMN serial_no SET NOT NULL;
  ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_serial;
  COMMENT ON COLUMN orders.customer_id IS 'who has it';
  COMMENT ON INDEX orders_by_customer IS 'by customer';
  COMMENT ON CONSTRAINT orders_customer_known ON orders IS 'nobody is below 0'`;

const toBigint = (column: string): ChangeType => ({
  operation: 'changeType',
  table: 'orders',
  column,
  type: 'bigint',
  up: `"${column}"`,
  down: `"${column}"`,
});

/** An operation, and what a person without Crossfade would write in its place. */
const cases: readonly (readonly [string, readonly Operation[], string])[] = [
  [
    'the type of three columns',
    ['customer_id', 'serial_no', 'place'].map(toBigint),
    `ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint, ALTER COLUMN serial_no TYPE bigint,
       ALTER COLUMN place TYPE bigint;
     ALTER SEQUENCE orders_serial_no_seq AS bigint`,
  ],
  [
    'NOT NULL',
    [
      { operation: 'setNotNull', table: 'orders', column: 'place', up: 'coalesce(place, id::int)' },
      { operation: 'setNotNull', table: 'orders', column: 'note', up: `coalesce(note, '')` },
      {
        operation: 'dropNotNull',
        table: 'orders',
        column: 'customer_id',
        down: 'coalesce(customer_id, 0)',
      },
    ],
    `ALTER TABLE orders ALTER COLUMN place SET NOT NULL, ALTER COLUMN customer_id DROP NOT NULL,
       ALTER COLUMN note SET DEFAULT CAST(COALESCE((CAST(NULL AS text)), '') AS text), ALTER COLUMN note SET NOT NULL`,
  ],
];

describe('what stands on a column that is replaced', () => {
  let debian: DebianPostgres;
  let open: ShopTarget | undefined;
  let plain: UsersTarget | undefined;
  beforeAll(async () => {
    debian = await startDebianPostgres();
  });
  afterEach(async () => {
    await open?.close();
    open = undefined;
    await plain?.close();
    plain = undefined;
  });
  afterAll(() => debian.close());

  it.each(cases)(
    'stands on the new one, as a plain ALTER TABLE would have left it: %s',
    async (_, operations, alter) => {
      const shop = (open = await ShopTarget.on(SETUP, operations, debian.url));
      plain = await UsersTarget.create(SETUP, debian.url);
      await plain.admin.query(alter);
      expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
        status: 'done',
      });
      await shop.emptyTrash();
      expect(await dumpedSchema(shop.target.url)).toEqual(await dumpedSchema(plain.url));
    },
  );

  it.each(cases)('does so on the newest server as well: %s', async (_, operations, alter) => {
    const shop = (open = await ShopTarget.on(SETUP, operations));
    plain = await UsersTarget.create(SETUP);
    await plain.admin.query(alter);
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    await shop.emptyTrash();
    expect(await heldTogether(shop.target.admin)).toEqual(await heldTogether(plain.admin));
  });

  it('leaves the old version as it was after a rollback, even from the seal', async () => {
    const shop = (open = await ShopTarget.on(SETUP, cases[0]?.[1] ?? []));
    const before = await heldTogether(shop.target.admin);
    await shop.run('expand', 'backfill', 'verify');
    shop.target.faults.at = (point) => {
      if (point === 'contract.beforeStatement') throw new Error('killed');
    };
    expect(await shop.run('contract')).toMatchObject({ status: 'failed' });
    shop.target.faults.at = () => undefined;
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    await shop.emptyTrash();
    expect(await heldTogether(shop.target.admin)).toEqual(before);
  });

  it('is for the old version what it was, after contract and a restore', async () => {
    const shop = (open = await ShopTarget.on(SETUP, cases[0]?.[1] ?? [], debian.url));
    const old = async (): Promise<readonly string[]> =>
      (await dumpedSchema(shop.target.url)).filter((line) => !line.includes('_crossfade_'));
    await shop.run('expand', 'backfill', 'verify');
    const before = await old();
    await shop.run('contract');
    // The old version knows nothing of it, and it would refuse its writes.
    await shop.admin('CREATE UNIQUE INDEX orders_since ON orders (code)');
    expect(await shop.run('restore')).toMatchObject({ status: 'done' });
    expect(await old()).toEqual(before);
    await shop.admin(
      `INSERT INTO shop_v1.orders (id, customer_id, code, serial_no) VALUES (1001, 3, 'c1', 1001)`,
    );
    expect(await shop.app('SELECT customer_id FROM shop_v2.orders WHERE id = 1001')).toEqual([
      { customer_id: '3' },
    ]);
  });

  it('fails no write of the old version whose value would meet another one in the new column', async () => {
    const setup = `CREATE TABLE users (id int PRIMARY KEY, born text UNIQUE); INSERT INTO users VALUES (1, '2000-01-01'), (2, NULL)`;
    const up = 'born::date';
    const down = `to_char(born, 'YYYY-MM-DD')`;
    const shop = (open = await ShopTarget.on(setup, [
      { operation: 'changeType', table: 'users', column: 'born', type: 'date', up, down },
    ]));
    await shop.run('expand', 'backfill');
    await shop.app(`UPDATE shop_v1.users SET born = '2000-1-1' WHERE id = 2`);
    expect(await shop.target.quarantine()).toMatchObject([{ kind: 'loss', key: ['2'] }]);
    expect(await shop.app('SELECT born::text FROM shop_v2.users ORDER BY id')).toEqual([
      { born: '2000-01-01' },
      { born: null },
    ]);
    await shop.app(`UPDATE shop_v1.users SET born = '2000-01-02' WHERE id = 2`);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done', quarantined: 0 });
    await expect(
      shop.app(`UPDATE shop_v2.users SET born = '2000-01-01' WHERE id = 2`),
    ).rejects.toThrow('violates unique constraint "users_born_key"');
  });
});
