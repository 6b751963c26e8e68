import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AddColumn } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** Two new columns that share one old one: each is fed by, and feeds, its own part. */
const part = (column: string, place: 1 | 2): AddColumn => ({
  operation: 'addColumn',
  table: 'orders',
  column,
  type: 'text',
  up: `split_part(customer, ' ', ${place})`,
  down: {
    customer:
      place === 1
        ? `rtrim(${column} || ' ' || split_part(coalesce(customer, ''), ' ', 2))`
        : `rtrim(split_part(coalesce(customer, ''), ' ', 1) || ' ' || ${column})`,
  },
});

const word = fc.constantFrom('Ada', 'Grace', 'Edsger', 'x', '');

type Write =
  | { readonly side: 'old'; readonly first: string; readonly last: string }
  | { readonly side: 'first' | 'last'; readonly value: string }
  | { readonly side: 'both'; readonly first: string; readonly last: string };

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ side: fc.constant('old' as const), first: word, last: word }),
  fc.record({ side: fc.constantFrom('first' as const, 'last' as const), value: word }),
  fc.record({ side: fc.constant('both' as const), first: word, last: word }),
);

describe('two new columns that are parts of one old column', () => {
  let shop: ShopTarget;

  beforeEach(async () => {
    shop = await ShopTarget.create(part('first', 1), part('last', 2));
    await shop.admin(
      `ALTER TABLE orders ALTER customer DROP NOT NULL; UPDATE orders SET customer = 'Ada Lovelace'`,
    );
    await shop.run('expand', 'backfill', 'verify');
  });
  afterEach(() => shop.close());

  async function perform(one: Write): Promise<void> {
    if (one.side === 'old') {
      const name = `${one.first} ${one.last}`.trimEnd();
      await shop.app('UPDATE shop_v1.orders SET customer = $1 WHERE id = 1', [name]);
    } else if (one.side === 'both') {
      const sql = 'UPDATE shop_v2.orders SET first = $1, last = $2 WHERE id = 1';
      await shop.app(sql, [one.first, one.last]);
    } else {
      await shop.app(`UPDATE shop_v2.orders SET ${one.side} = $1 WHERE id = 1`, [one.value]);
    }
  }

  it('stay in step whoever writes which part', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 6 }), async (writes) => {
        const model = { first: 'Ada', last: 'Lovelace' };
        await perform({ side: 'old', ...model });
        for (const one of writes) {
          await perform(one);
          if ('value' in one) model[one.side] = one.value;
          else Object.assign(model, { first: one.first, last: one.last });
        }
        const [row] = await shop.admin('SELECT customer, first, last FROM orders WHERE id = 1');
        expect(row).toEqual({ customer: `${model.first} ${model.last}`.trimEnd(), ...model });
      }),
      { numRuns: 40 },
    );
    expect(await shop.target.quarantine()).toEqual([]);
    // What down makes of NULL would take the other part along.
    await shop.app('UPDATE shop_v2.orders SET first = NULL WHERE id = 2');
    expect(await shop.app('SELECT customer FROM shop_v1.orders WHERE id = 2')).toEqual([
      { customer: 'Ada Lovelace' },
    ]);
    expect(await shop.target.quarantine()).toMatchObject([{ key: ['2'], kind: 'loss' }]);
  });

  it('arrive together when the new side inserts, and leave together at contract', async () => {
    await shop.app(`INSERT INTO shop_v2.orders (id, first, last) VALUES (1001, 'Grace', 'Hopper')`);
    expect(await shop.app('SELECT customer FROM shop_v1.orders WHERE id = 1001')).toEqual([
      { customer: 'Grace Hopper' },
    ]);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done' });
  });
});
