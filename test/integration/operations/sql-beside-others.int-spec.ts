import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { operationsSchema } from '../../../src/language/kinds/operation.ts';
import { operationsOf } from '../../../src/language/resolve/operation-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const TABLES = `
  CREATE TABLE orders (id bigint PRIMARY KEY, store bigint NOT NULL, amount integer, note text DEFAULT 'n',
    tags text[], city text);
  CREATE INDEX orders_note ON orders (note);
  CREATE TABLE remarks (order_id bigint PRIMARY KEY, remark text);
  CREATE TABLE stores (id bigint PRIMARY KEY, name text);
  INSERT INTO stores SELECT n, 's' || n FROM generate_series(1, 5) n;
  INSERT INTO orders SELECT n, 1 + n % 5, n, 'note ' || n, ARRAY['a', 'b'], 'c' || n FROM generate_series(1, 50) n;
  INSERT INTO remarks SELECT n, 'r' || n FROM generate_series(1, 50) n`;

/** Every other operation, on the table that is expanded first. */
const OTHERS = [
  'addCheck: { table: orders, name: positive, check: amount > 0 }',
  'addCheck: { table: orders, name: short, check: length(note) < 99, column: note, up: "left(note, 98)" }',
  `addColumn: { table: orders, column: price, type: bigint, up: amount * 2, down: { amount: price / 2 } }`,
  'addColumn: { table: orders, column: seen, type: boolean, notNull: true, default: "false" }',
  'addForeignKey: { table: orders, name: of_store, columns: [store], references: { table: stores, columns: [id] } }',
  'addUnique: { table: orders, name: one_city, columns: [city] }',
  'changeType: { table: orders, column: amount, type: bigint }',
  'createIndex: { table: orders, name: by_note, columns: [{ expression: lower(note) }], where: amount > 0 }',
  'createTable: { table: additions, columns: [{ name: id, type: bigint }], primaryKey: [id] }',
  'dropColumn: { table: orders, column: note }',
  'dropIndex: { table: orders, index: orders_note }',
  `dropNotNull: { table: orders, column: store, down: 'coalesce(store, 0)' }`,
  'dropTable: { table: orders }',
  'mergeTables: { table: orders, from: remarks, key: { id: order_id }, columns: [remark] }',
  'renameColumn: { table: orders, column: note, to: words }',
  'renameTable: { table: orders, to: purchases }',
  'setDefault: { table: orders, column: note, default: "\'other\'" }',
  `setNotNull: { table: orders, column: city, up: "coalesce(city, '')" }`,
  'splitList: { table: orders, column: tags, into: order_tags, to: tag }',
  'splitTable: { table: orders, into: places, columns: [city] }',
];

/** The statements run with the table that is expanded last, or with the first one. */
const ORDERS = ['[stores, orders]', '[orders, stores]'];

const sql = (tables: string): string => `
  - sql:
      tables: ${tables}
      expand: ALTER TABLE stores ADD COLUMN opened date; ALTER TABLE orders ADD COLUMN sent date
      down: ALTER TABLE stores DROP COLUMN opened; ALTER TABLE orders DROP COLUMN sent`;

describe('sql over two tables', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it.each(ORDERS.flatMap((tables) => OTHERS.map((other) => ({ tables, other }))))(
    'over $tables goes all the way and back beside $other',
    async ({ tables, other }) => {
      const written = `${sql(tables)}\n  - ${other}`;
      const operations = operationsOf(operationsSchema.parse(parse(written)));
      shop = await ShopTarget.on(TABLES, operations);
      expect(await shop.run('expand', 'backfill')).toMatchObject({ status: 'done' });
      expect(await shop.columns('shop_v1.stores')).toEqual(['id', 'name']);
      expect(await shop.run('retire')).toMatchObject({ status: 'done' });
      await shop.admin('DELETE FROM crossfade.job');
      const there = await shop.run('expand', 'backfill', 'verify', 'contract');
      expect(there).toMatchObject({ status: 'done', quarantined: 0 });
      expect(await shop.columns('shop_v2.stores')).toContain('opened');
    },
  );
});
