import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** Values of which PostgreSQL says that they are equal, and which are not the same. */
const TYPES: Readonly<Record<string, readonly [string, string, string]>> = {
  name: ['text COLLATE loose', `'Élan'`, `'elan'`],
  price: ['numeric', '1.5', '1.50'],
  term: ['interval', `'1 day'`, `'24 hours'`],
  score: ['double precision', '0', `'-0'`],
  rest: ['jsonb', `'{"n": 1.0}'`, `'{"n": 1.00}'`],
};

const columns = Object.keys(TYPES).map((column) => ({ column, to: column }));
const declared = Object.entries(TYPES).map(([name, [type]]) => `${name} ${type}`);
const firsts = Object.values(TYPES).map(([, first]) => first);

const SETUP = `
  CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
  CREATE TABLE whole (id int PRIMARY KEY, ${declared.join(', ')}, tags text[] COLLATE loose);
  CREATE TABLE stays (id int PRIMARY KEY, note text);
  CREATE TABLE goes (id int PRIMARY KEY, ${declared.join(', ')});
  INSERT INTO whole SELECT n, ${firsts.join(', ')}, '{Élan,b}' FROM generate_series(1, 4) n;
  INSERT INTO stays SELECT generate_series(1, 4);
  INSERT INTO goes SELECT n, ${firsts.join(', ')} FROM generate_series(1, 4) n;
  CREATE TABLE shaped (id int PRIMARY KEY, label text COLLATE loose);
  INSERT INTO shaped SELECT n, 'Élan' FROM generate_series(1, 4) n;
  CREATE TABLE dated (id int PRIMARY KEY, said text COLLATE "C", kind text COLLATE loose);
  INSERT INTO dated VALUES (1, '2001-02-03', 'Élan'), (2, 'never', 'Élan')`;

const OPERATIONS: readonly Operation[] = [
  { operation: 'splitTable', table: 'whole', into: 'part', key: {}, columns, foreignKey: false },
  { operation: 'mergeTables', table: 'stays', from: 'goes', key: {}, columns },
  {
    operation: 'splitList',
    table: 'whole',
    column: 'tags',
    into: 'tags',
    key: {},
    position: 'place',
    to: 'tag',
    type: null,
    up: null,
    down: null,
    missing: null,
    foreignKey: false,
  },
  {
    operation: 'addColumn',
    table: 'shaped',
    column: 'words',
    type: 'text',
    up: 'label',
    down: { label: 'words' },
  },
  {
    operation: 'addColumn',
    table: 'dated',
    column: 'day',
    type: 'date',
    up: `said::date + CASE WHEN kind = 'elan' THEN 1 ELSE 0 END`,
    down: { said: `(day - CASE WHEN kind = 'elan' THEN 1 ELSE 0 END)::text` },
  },
];

/** What each version calls the table of a column that goes on as it is. */
const MOVED = [
  { operation: 'splitTable', old: 'shop_v1.whole', new: 'shop_v2.part' },
  { operation: 'mergeTables', old: 'shop_v1.goes', new: 'shop_v2.stays' },
].flatMap((places) =>
  Object.entries(TYPES).map(([column, [, , value]]) => {
    return { ...places, oldColumn: column, newColumn: column, value };
  }),
);

const CASES = [
  ...MOVED,
  {
    operation: 'addColumn',
    old: 'shop_v1.shaped',
    new: 'shop_v2.shaped',
    oldColumn: 'label',
    newColumn: 'words',
    value: `'elan'`,
  },
];

describe('values that are equal and not the same', () => {
  let shop: ShopTarget;
  beforeAll(async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'backfill');
  });
  afterAll(() => shop.close());

  const text = async (place: string, column: string, id: number): Promise<unknown> => {
    const [row] = await shop.app(`SELECT ${column}::text AS value FROM ${place} WHERE id = ${id}`);
    return row?.['value'];
  };

  it.each(CASES)('$operation: $oldColumn', async (one) => {
    await shop.app(`UPDATE ${one.old} SET ${one.oldColumn} = ${one.value} WHERE id = 1`);
    await shop.app(`UPDATE ${one.new} SET ${one.newColumn} = ${one.value} WHERE id = 2`);
    expect([await text(one.new, one.newColumn, 1), await text(one.old, one.oldColumn, 2)]).toEqual([
      await text(one.old, one.oldColumn, 1),
      await text(one.new, one.newColumn, 2),
    ]);
  });

  it('splitList: an element', async () => {
    await shop.app(`UPDATE shop_v1.whole SET tags = '{elan,b}' WHERE id = 1`);
    await shop.app(`UPDATE shop_v2.tags SET tag = 'elan' WHERE id = 2 AND place = 1`);
    expect(await shop.app(`SELECT tag FROM shop_v2.tags WHERE id = 1 AND place = 1`)).toEqual([
      { tag: 'elan' },
    ]);
    expect(await text('shop_v1.whole', 'tags', 2)).toBe('{elan,b}');
  });

  it('are equal for a row that is judged alone, as they are for a query over the table', async () => {
    // Beside one that cannot be converted, each is filled by itself.
    const filled = await shop.admin('SELECT id, day::text FROM dated ORDER BY id');
    expect(filled).toEqual([
      { id: 1, day: '2001-02-04' },
      { id: 2, day: null },
    ]);
    await shop.app('DELETE FROM shop_v1.dated WHERE id = 2');
  });

  it('is a difference where nobody carried it over', async () => {
    await shop.admin(`BEGIN; SET LOCAL crossfade.sync = 'off';
      UPDATE part SET name = 'elan' WHERE id = 4; UPDATE tags SET tag = 'elan' WHERE id = 4;
      UPDATE stays SET name = 'elan' WHERE id = 4; UPDATE shaped SET words = 'elan' WHERE id = 4; COMMIT`);
    expect(await shop.run('verify')).toMatchObject({ differences: 4, quarantined: 0 });
  });
});
