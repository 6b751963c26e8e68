import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** Money in units of a currency that is written out, and a fee beside it. */
const SALES = `
  CREATE TABLE sales (id bigint PRIMARY KEY, amount numeric(20,2) NOT NULL, currency text NOT NULL, fee text);
  INSERT INTO sales SELECT n, 100000000::bigint * n, CASE WHEN n % 2 = 0 THEN 'jpy' ELSE 'eur' END, n::text
    FROM generate_series(1, 700) n`;

/** In the order that is worst for them: each stands on one that follows. */
const SMALLEST_UNITS: readonly Operation[] = [
  {
    operation: 'addColumn',
    table: 'sales',
    column: 'total',
    type: 'bigint',
    // Reads a column that the migration makes.
    up: 'units + fee::bigint',
    down: { fee: '(total - units)::text' },
  },
  {
    operation: 'addColumn',
    table: 'sales',
    column: 'units',
    type: 'bigint',
    up: `(amount * CASE currency WHEN 'jpy' THEN 1 ELSE 10 END)::bigint`,
    // Here the currency is a number already.
    down: { amount: 'units::numeric / CASE currency WHEN 2 THEN 1 ELSE 10 END' },
  },
  {
    operation: 'changeType',
    table: 'sales',
    column: 'currency',
    type: 'smallint',
    up: `(CASE currency WHEN 'eur' THEN '1' WHEN 'jpy' THEN '2' ELSE 'none' END)::smallint`,
    down: `CASE currency WHEN 1 THEN 'eur' WHEN 2 THEN 'jpy' END`,
  },
];

interface Old {
  amount: number;
  currency: 'eur' | 'jpy';
  fee: number;
}

interface New {
  units: number;
  currency: 1 | 2;
  total: number;
}

const toNew = ({ amount, currency, fee }: Old): New => {
  const units = amount * (currency === 'jpy' ? 1 : 10);
  return { units, currency: currency === 'jpy' ? 2 : 1, total: units + fee };
};

const toOld = ({ units, currency, total }: New): Old => ({
  amount: units / (currency === 2 ? 1 : 10),
  currency: currency === 2 ? 'jpy' : 'eur',
  fee: total - units,
});

// Large enough that no number of changes of the currency leads to fractions.
const money = fc.integer({ min: 1, max: 5 }).map((n) => n * 100_000_000);

const write = fc.oneof(
  fc.record(
    { amount: money, currency: fc.constantFrom('eur', 'jpy'), fee: money },
    { requiredKeys: [] },
  ),
  fc.record({ units: money, currency: fc.constantFrom(1, 2), total: money }, { requiredKeys: [] }),
);

describe('columns that are converted by what other columns hold', () => {
  let shop: ShopTarget;

  beforeEach(async () => {
    shop = await ShopTarget.on(SALES, SMALLEST_UNITS);
    await shop.run('expand', 'backfill', 'verify');
  });
  afterEach(() => shop.close());

  const numbers = async (view: string): Promise<unknown> => {
    const [row = {}] = await shop.app(`SELECT * FROM ${view}.sales WHERE id = 1`);
    const { id: _, ...values } = row;
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        /^-?\d/.test(String(value)) ? Number(value) : value,
      ]),
    );
  };

  it('are filled one after the other', async () => {
    expect(await shop.run('verify')).toMatchObject({ done: 2100, differences: 0, quarantined: 0 });
  });

  it('stay in step whichever columns either version writes', async () => {
    const start: Old = { amount: 300_000_000, currency: 'eur', fee: 5 };
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 6 }), async (writes) => {
        let state = toNew(start);
        for (const one of [start, ...writes]) {
          const isOld = 'amount' in one || 'fee' in one || typeof one.currency === 'string';
          const names = Object.keys(one);
          if (names.length === 0) continue;
          const set = names.map((name, at) => `${name} = $${at + 1}`).join(', ');
          const view = isOld ? 'shop_v1.sales' : 'shop_v2.sales';
          await shop.app(`UPDATE ${view} SET ${set} WHERE id = 1`, Object.values(one));
          state = isOld
            ? toNew({ ...toOld(state), ...(one as Partial<Old>) })
            : { ...state, ...(one as Partial<New>) };
        }
        expect(await numbers('shop_v2')).toEqual(state);
        expect(await numbers('shop_v1')).toEqual(toOld(state));
      }),
      { numRuns: 60 },
    );
    expect(await shop.target.quarantine()).toEqual([]);
  });

  it('arrive together when either version inserts', async () => {
    await shop.app(`INSERT INTO shop_v1.sales VALUES (1001, 12, 'jpy', '3')`);
    await shop.app(
      'INSERT INTO shop_v2.sales (id, units, currency, total) VALUES (1002, 50, 1, 57)',
    );
    expect(
      await shop.app('SELECT units, currency, total FROM shop_v2.sales WHERE id = 1001'),
    ).toEqual([{ units: '12', currency: 2, total: '15' }]);
    expect(
      await shop.app('SELECT amount, currency, fee FROM shop_v1.sales WHERE id = 1002'),
    ).toEqual([{ amount: '5.00', currency: 'eur', fee: '7' }]);
  });

  it('keep a row aside that one of them cannot take, and spare the others', async () => {
    await shop.app(`UPDATE shop_v1.sales SET currency = 'usd' WHERE id = 3`);
    await shop.app(`UPDATE shop_v1.sales SET fee = 'none' WHERE id = 5`);
    const rows = await shop.target.quarantine();
    expect(rows.map(({ key, kind }) => [key[0], kind])).toEqual([
      ['3', 'error'],
      ['5', 'error'],
    ]);
    await shop.app(`UPDATE shop_v1.sales SET currency = 'eur' WHERE id = 3`);
    await shop.app(`UPDATE shop_v1.sales SET fee = '5' WHERE id = 5`);
    expect(await shop.run('contract')).toMatchObject({ status: 'done', quarantined: 0 });
  });

  it('stay what the new version made of them, after a rollback', async () => {
    await shop.app('UPDATE shop_v2.sales SET currency = 2 WHERE id = 1');
    await shop.run('retire');
    expect(await shop.admin('SELECT amount, currency, fee FROM sales WHERE id = 1')).toEqual([
      { amount: '1000000000.00', currency: 'jpy', fee: '1' },
    ]);
  });

  it('go the whole way', async () => {
    await shop.app(`UPDATE shop_v1.sales SET currency = 'jpy' WHERE id = 1`);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    expect(await shop.columns('shop_v2.sales')).toEqual(['id', 'units', 'currency', 'total']);
    expect(await shop.app('SELECT * FROM shop_v2.sales WHERE id = 1')).toEqual([
      { id: '1', units: '100000000', currency: 2, total: '100000001' },
    ]);
  });

  it('come back after contract with what the new version wrote since', async () => {
    await shop.run('contract');
    await shop.app('UPDATE shop_v2.sales SET currency = 2 WHERE id = 1');
    await shop.app('UPDATE shop_v2.sales SET units = 30, total = 37 WHERE id = 2');
    expect(await shop.run('restore')).toMatchObject({ status: 'done', quarantined: 0 });
    const rows = 'SELECT amount, currency, fee FROM shop_v1.sales WHERE id < 4 ORDER BY id';
    expect(await shop.app(rows)).toEqual([
      { amount: '1000000000.00', currency: 'jpy', fee: '1' },
      { amount: '30.00', currency: 'jpy', fee: '7' },
      { amount: '300000000.00', currency: 'eur', fee: '3' },
    ]);
    await shop.app('UPDATE shop_v2.sales SET currency = 1 WHERE id = 2');
    expect(await shop.app('SELECT amount FROM shop_v1.sales WHERE id = 2')).toEqual([
      { amount: '3.00' },
    ]);
  });
});
