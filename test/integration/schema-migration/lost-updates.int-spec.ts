import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChangeType } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** A column whose values change their form, and values of both sides, as SQL, that make trouble. */
interface Conversion {
  readonly from: string;
  readonly to: string;
  readonly up: string;
  readonly down: string;
  readonly lossy?: ChangeType['lossy'];
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** `up` and `down` speak of the column as `c`. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'a text that becomes a date': {
    from: 'text',
    to: 'date',
    up: `CASE WHEN c = '' THEN 'none' ELSE c END::date`,
    down: `to_char(c, 'YYYY-MM-DD')`,
    old: [`'1990-01-01'`, `'infinity'`, `'soon'`, `''`, `' 1990-01-01'`, 'NULL'],
    new: [`'1990-01-01'`, `'infinity'`, `'0044-03-15 BC'`, `'9999-12-31'`, 'NULL'],
  },
  'cents that become an amount': {
    from: 'integer',
    to: 'numeric',
    up: 'c / 100.0',
    down: '(c * 100)::integer',
    old: ['1', '-1', '2147483647', 'NULL'],
    new: ['0.01', '0.005', '1e12', `'NaN'`, 'NULL'],
  },
  'a moment that gets a time zone': {
    from: 'timestamp',
    to: 'timestamptz',
    up: `c AT TIME ZONE 'UTC'`,
    down: `c AT TIME ZONE 'UTC'`,
    old: [`'2026-03-29 02:30:00'`, `'infinity'`, `'0001-01-01 00:00:00 BC'`],
    new: [`'2026-03-29 02:30:00+05:30'`, `'2026-10-25 02:30:00+01'`, `'-infinity'`],
  },
  'an address whose case no longer counts': {
    from: 'text COLLATE "C"',
    to: 'text',
    up: 'lower(c)',
    down: 'c',
    lossy: 'up',
    old: [`'Ada@Example.org'`, `'ada@example.org'`, `'ÄDA'`, `'İ'`, 'NULL'],
    new: [`'ada@example.org'`, `'straße'`, `''`],
  },
  'a measure that is rounded': {
    from: 'double precision',
    to: 'numeric(12,2)',
    up: 'c::numeric(12,2)',
    down: 'c::double precision',
    lossy: 'up',
    old: ['0.1', '0.125', '1e-9', `'NaN'`, `'Infinity'`],
    new: ['0.1', '9999999999.99', 'NULL'],
  },
};

const names = Object.keys(CONVERSIONS);
const columnOf = (name: string): string => `c${names.indexOf(name)}`;
const inColumn = (sql: string, name: string): string => sql.replaceAll(/\bc\b/g, columnOf(name));

const operations = names.map((name): ChangeType => {
  const { to, up, down, lossy = null } = CONVERSIONS[name] as Conversion;
  return {
    operation: 'changeType',
    table: 'things',
    column: columnOf(name),
    type: to,
    up: inColumn(up, name),
    down: inColumn(down, name),
    ...(lossy === null ? {} : { lossy }),
  };
});

const SETUP = `CREATE TABLE things (id int PRIMARY KEY, note text,
    ${names.map((name) => `${columnOf(name)} ${CONVERSIONS[name]?.from ?? ''}`).join(', ')});
  INSERT INTO things (id) SELECT generate_series(1, 2000)`;

type Side = 'old' | 'new';
const viewOf = (side: Side): string => (side === 'old' ? 'shop_v1.things' : 'shop_v2.things');
const other = (side: Side): Side => (side === 'old' ? 'new' : 'old');

/** What happens to row `id` when a side writes `value` into `column`; the side's value has to stand then. */
type Move = (write: { side: Side; id: number; column: string; value: string }) => readonly string[];

const update: Move = ({ side, id, column, value }) => [
  `UPDATE ${viewOf(side)} SET ${column} = ${value} WHERE id = ${id}`,
];

const MOVES: Readonly<Record<string, Move>> = {
  'is written': update,
  'is written before the other side updates another column': (write) => [
    ...update(write),
    `UPDATE ${viewOf(other(write.side))} SET note = 'n' WHERE id = ${write.id}`,
  ],
  'is written before the other side writes back what it reads': (write) => [
    ...update(write),
    `UPDATE ${viewOf(other(write.side))} SET note = 'n', ${write.column} = ${write.column} WHERE id = ${write.id}`,
  ],
  'is written with a search path that names both versions': (write) => [
    `SET search_path = shop_v2, shop_v1, public`,
    ...update(write),
    `SET search_path = ''`,
  ],
  'is written after the other side has': (write) => [
    `UPDATE ${viewOf(other(write.side))} SET ${write.column} = NULL WHERE id = ${write.id}`,
    ...update(write),
  ],
  'is inserted': ({ side, id, column, value }) => [
    `DELETE FROM ${viewOf(other(side))} WHERE id = ${id}`,
    `INSERT INTO ${viewOf(side)} (id, ${column}) VALUES (${id}, ${value})`,
  ],
  'is upserted': ({ side, id, column, value }) => [
    `INSERT INTO ${viewOf(side)} (id, ${column}) VALUES (${id}, ${value})
     ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`,
  ],
};

const cells = names.flatMap((name) =>
  Object.keys(MOVES).flatMap((move) =>
    (['old', 'new'] as const).map((side) => [name, move, side] as const),
  ),
);

describe('no update is lost, overwritten or refused', () => {
  let shop: ShopTarget;
  let id = 0;

  beforeAll(async () => {
    shop = await ShopTarget.on(SETUP, operations);
    await shop.run('expand', 'backfill');
    // What an application's session says of time must not matter.
    await shop.app(`SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'SQL, DMY'`);
  });
  afterAll(() => shop.close());

  it.each(cells)('%s %s by the %s side', async (name, move, side) => {
    const conversion = CONVERSIONS[name] as Conversion;
    const column = columnOf(name);
    for (const value of conversion[side]) {
      id += 1;
      for (const sql of MOVES[move]?.({ side, id, column, value }) ?? []) await shop.app(sql);
      const type = side === 'old' ? conversion.from : conversion.to;
      const stands = `SELECT ${column} IS NOT DISTINCT FROM CAST(${value} AS ${type.replace(/ COLLATE.*/, '')}) AS stands
        FROM ${viewOf(side)} WHERE id = ${id}`;
      expect([value, await shop.app(stands)]).toEqual([value, [{ stands: true }]]);
    }
  });

  it('leaves no row that is out of step and not recorded, and a rollback takes nothing back', async () => {
    expect(await shop.run('verify')).toMatchObject({ differences: 0 });
    const all = 'SELECT * FROM shop_v1.things ORDER BY id';
    const before = await shop.app(all);
    await shop.run('retire');
    expect(await shop.app(all)).toEqual(before);
  });

  it('takes rows out of both, one by one and all at once', async () => {
    const fresh = await ShopTarget.on(SETUP, operations);
    try {
      await fresh.run('expand', 'backfill');
      await fresh.app(
        'DELETE FROM shop_v1.things WHERE id = 1; DELETE FROM shop_v2.things WHERE id = 2',
      );
      const left = async (side: Side) =>
        (await fresh.app(`SELECT id FROM ${viewOf(side)} WHERE id < 4`)).map((row) => row['id']);
      expect([await left('old'), await left('new')]).toEqual([[3], [3]]);
      await fresh.admin('TRUNCATE things');
      expect([await left('old'), await left('new')]).toEqual([[], []]);
    } finally {
      await fresh.close();
    }
  });
});
