import { afterEach, describe, expect, it } from '@jest/globals';
import type { BorderTrack } from '../../../src/core/schema-migration/border-watch.ts';
import type { ChangeType } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** A column is widened; what the old type holds comes back, what is larger cannot. */
const WIDER: ChangeType = {
  operation: 'changeType',
  table: 'orders',
  column: 'amountCents',
  type: 'bigint',
  up: '"amountCents"',
  down: '"amountCents"',
  reversible: { while: '"amountCents" <= 2147483647' },
};

const LARGE = '3000000000';

describe('a point of no return by value', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const noReturn = (): Promise<string | null> => shop.target.works.noReturn(shop.migration);

  async function filled(operation = WIDER): Promise<void> {
    shop = await ShopTarget.create(operation);
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
  }

  it('is not passed by what both types hold', async () => {
    await filled();
    await shop.app('UPDATE shop_v2.orders SET "amountCents" = 2147483647 WHERE id = 1');
    await shop.app('UPDATE shop_v2.orders SET "amountCents" = NULL WHERE id = 2');
    expect(await noReturn()).toBeNull();
    expect(await shop.target.quarantine()).toEqual([]);
  });

  it('is foreseen by the largest value that the new column holds, seldom, and not while that is too slow', async () => {
    const reversible = { while: '"amountCents" <= 2147483647', warnBeforeMs: 3_600_000 };
    await filled({ ...WIDER, reversible });
    const { works, admin } = shop.target;
    const look = (at: number, before: readonly BorderTrack[] = []) =>
      works.borders(shop.migration, { at, before });
    const first = await look(0);
    expect(first).toMatchObject([
      { place: 'orders.amountCents', samples: [{ at: 0, value: 900 }] },
    ]);
    await shop.app('UPDATE shop_v2.orders SET "amountCents" = 1000000000 WHERE id = 1');
    expect(await look(1_000, first)).toEqual(first);
    const second = await look(60_000, first);
    expect(second[0]).toMatchObject({ samples: [{ value: 900 }, { value: 1e9 }] });
    expect(second[0]?.passesAt).toBeLessThan(200_000);
    await admin.query('BEGIN; LOCK TABLE orders');
    const third = await look(120_000, second);
    await admin.query('ROLLBACK');
    expect(third[0]).toMatchObject({
      unseen: 'reading it takes longer than 1 s',
      lookedAt: 120_000,
    });
  });

  it('is named with the rows that pass it, which keep both values', async () => {
    await filled();
    await shop.app(`UPDATE shop_v2.orders SET "amountCents" = ${LARGE} WHERE id IN (1, 2)`);
    await shop.app(
      `INSERT INTO shop_v2.orders (id, customer, "amountCents") VALUES (1001, 'c', ${LARGE})`,
    );
    expect(await noReturn()).toBe(
      '3 rows hold a value in orders.amountCents for which "amountCents" <= 2147483647 is not true',
    );
    const both = await shop.app(
      `SELECT o."amountCents" AS old, n."amountCents" AS new FROM shop_v1.orders o
       JOIN shop_v2.orders n USING (id) WHERE id IN (1, 1001) ORDER BY id`,
    );
    expect(both).toEqual([
      { old: 1, new: LARGE },
      { old: expect.anything(), new: LARGE },
    ]);
  });

  it('lets down give the old version what it can of a value that does not come back', async () => {
    const down = 'least("amountCents", 2147483647)';
    const setup = `CREATE TABLE orders (id bigint PRIMARY KEY, "amountCents" integer NOT NULL);
      INSERT INTO orders VALUES (1, 1)`;
    shop = await ShopTarget.on(setup, [{ ...WIDER, down }]);
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(`UPDATE shop_v2.orders SET "amountCents" = ${LARGE} WHERE id = 1`);
    await shop.app(`INSERT INTO shop_v2.orders VALUES (2, ${LARGE})`);
    const [one, two] = await shop.app('SELECT "amountCents" AS old FROM shop_v1.orders');
    expect([one, two]).toEqual([{ old: 2147483647 }, { old: 2147483647 }]);
    expect(await noReturn()).toMatch(/^2 rows hold/);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
    const values = await shop.app('SELECT "amountCents" AS value FROM shop_v2.orders');
    expect(values).toEqual([{ value: LARGE }, { value: LARGE }]);
  });

  /** Old type, new type, the border, a value behind it, one past it, and what the old version reads then. */
  it.each([
    ['varchar(5)', 'varchar(9)', 'length(v) <= 5', `'abcde'`, `'abcdefg'`, 'abcde'],
    ['numeric(10,2)', 'numeric(10,4)', 'v = round(v, 2)', '1.25', '1.2345', '1.23'],
    [
      'timestamp(0)',
      'timestamp(6)',
      `v = date_trunc('second', v)`,
      `'2026-01-01 10:00:00'`,
      `'2026-01-01 10:00:00.25'`,
      '2026-01-01 10:00:00',
    ],
  ])('is where %s, widened to %s, holds more', async (old, type, border, ...values) => {
    const [within, beyond, seen] = values;
    const setup = `CREATE TABLE things (id int PRIMARY KEY, v ${old} NOT NULL);
      INSERT INTO things VALUES (1, ${within}), (2, ${within})`;
    const widened = { operation: 'changeType', table: 'things', column: 'v', type } as const;
    const conversion = { up: 'v', down: 'v', reversible: { while: border } };
    shop = await ShopTarget.on(setup, [{ ...widened, ...conversion }]);
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(`UPDATE shop_v2.things SET v = ${within} WHERE id = 1`);
    expect(await noReturn()).toBeNull();
    await shop.app(`UPDATE shop_v2.things SET v = ${beyond} WHERE id = 2`);
    expect(await noReturn()).toMatch(/^1 row holds a value in things.v/);
    expect(await shop.app('SELECT v::text AS v FROM shop_v1.things WHERE id = 2')).toEqual([
      { v: seen },
    ]);
    expect(await shop.target.quarantine()).toMatchObject([{ kind: 'noReturn' }]);
  });

  it('blocks neither parity nor contract', async () => {
    await filled();
    await shop.app(`UPDATE shop_v2.orders SET "amountCents" = ${LARGE} WHERE id = 1`);
    await shop.admin(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
    expect(await shop.run('verify', 'contract')).toMatchObject({ status: 'done', quarantined: 0 });
    const [row] = await shop.app('SELECT "amountCents" AS value FROM shop_v2.orders WHERE id = 1');
    expect(row).toEqual({ value: LARGE });
  });

  it('is not passed any more when the rows are mended, whichever side does it', async () => {
    await filled();
    await shop.app(`UPDATE shop_v2.orders SET "amountCents" = ${LARGE} WHERE id IN (1, 2, 3)`);
    await shop.app('UPDATE shop_v2.orders SET "amountCents" = 7 WHERE id = 1');
    await shop.app('UPDATE shop_v1.orders SET "amountCents" = 8 WHERE id = 2');
    await shop.app('DELETE FROM shop_v2.orders WHERE id = 3');
    expect(await noReturn()).toBeNull();
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('stays passed when the old side writes something else of the row', async () => {
    await filled();
    await shop.app(`UPDATE shop_v2.orders SET "amountCents" = ${LARGE} WHERE id = 1`);
    await shop.app(`UPDATE shop_v1.orders SET note = 'unrelated' WHERE id = 1`);
    expect(await noReturn()).toMatch(/^1 row holds/);
    const [row] = await shop.app('SELECT "amountCents" AS value FROM shop_v2.orders WHERE id = 1');
    expect(row).toEqual({ value: LARGE });
  });

  it('is found by parity where no trigger saw it', async () => {
    await filled();
    const [column] = await shop.admin(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname LIKE '\\_crossfade%'`,
    );
    await shop.admin(
      `BEGIN; SET LOCAL session_replication_role = replica;
       UPDATE orders SET "${String(column?.['name'])}" = ${LARGE} WHERE id = 5; COMMIT`,
    );
    expect(await noReturn()).toBeNull();
    await shop.admin(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
    expect(await noReturn()).toMatch(/^1 row holds/);
  });

  it('leaves a value that does not come back before it what it is: a loss that blocks', async () => {
    await filled({ ...WIDER, reversible: { while: '"amountCents" <= 9000000000' } });
    await shop.app(`UPDATE shop_v2.orders SET "amountCents" = ${LARGE} WHERE id = 1`);
    expect(await noReturn()).toBeNull();
    expect(await shop.target.quarantine()).toMatchObject([{ kind: 'error', direction: 'down' }]);
  });

  it('holds expand where rows lie past it before anything began', async () => {
    shop = await ShopTarget.create({ ...WIDER, reversible: { while: '"amountCents" <= 500' } });
    expect(await shop.run('expand')).toMatchObject({ hold: 'roundTrip' });
  });

  it.each(['note <> amount', 'note <= 5', '"amountCents" < length(note)'])(
    'is refused as `%s`, which speaks of more or of something else',
    async (condition) => {
      shop = await ShopTarget.create({ ...WIDER, reversible: { while: condition } });
      const { status, reason } = await shop.run('expand');
      expect({ status, reason }).toEqual({
        status: 'failed',
        reason: expect.stringMatching(/reversible of orders.amountCents must be a condition on/),
      });
    },
  );
});
