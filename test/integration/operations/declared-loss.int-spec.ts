import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChangeType } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** Cents become whole euros: 99 of 100 old values do not come back. */
const EUROS: ChangeType = {
  operation: 'changeType',
  table: 'orders',
  column: 'amountCents',
  type: 'integer',
  up: '"amountCents" / 100',
  down: '"amountCents" * 100',
};

/** A free text becomes a number: new values come back, old ones need not. */
const LOWER: ChangeType = {
  operation: 'changeType',
  table: 'orders',
  column: 'note',
  type: 'text',
  up: 'note',
  down: 'lower(note)',
};

describe('values that do not come back', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  it('hold expand, unless that is declared', async () => {
    shop = await ShopTarget.create(EUROS);
    expect(await shop.run('expand')).toMatchObject({ hold: 'roundTrip' });
  });

  it('stay what they are in the old column when up is declared to lose', async () => {
    shop = await ShopTarget.create({ ...EUROS, lossy: 'up' });
    expect(await shop.run('expand', 'backfill', 'verify')).toMatchObject({
      differences: 0,
      quarantined: 0,
    });
    await shop.app('UPDATE shop_v1.orders SET "amountCents" = 1234 WHERE id = 1');
    await shop.app('UPDATE shop_v2.orders SET "amountCents" = 7 WHERE id = 2');
    await shop.app(`UPDATE shop_v2.orders SET note = 'unrelated' WHERE id = 1`);
    const values = (view: string) =>
      shop.app(`SELECT "amountCents" AS value FROM ${view} WHERE id IN (1, 2) ORDER BY id`);
    expect(await values('shop_v1.orders')).toEqual([{ value: 1234 }, { value: 700 }]);
    expect(await values('shop_v2.orders')).toEqual([{ value: 12 }, { value: 7 }]);
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it('stay what they are in the new column when down is declared to lose', async () => {
    shop = await ShopTarget.create({ ...LOWER, lossy: 'down' });
    await shop.admin('UPDATE orders SET note = lower(note)');
    await shop.run('expand', 'backfill', 'verify');
    await shop.app(`UPDATE shop_v2.orders SET note = 'Shouted' WHERE id = 1`);
    await shop.app(`UPDATE shop_v1.orders SET phone = 'unrelated' WHERE id = 1`);
    const note = async (view: string) =>
      (await shop.app(`SELECT note FROM ${view} WHERE id = 1`))[0]?.['note'];
    expect([await note('shop_v1.orders'), await note('shop_v2.orders')]).toEqual([
      'shouted',
      'Shouted',
    ]);
    await shop.app(`UPDATE shop_v1.orders SET note = 'whispered' WHERE id = 1`);
    expect(await note('shop_v2.orders')).toBe('whispered');
    expect(await shop.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
  });

  it.each(['up', 'down', 'both'] as const)('hide no drift when %s is declared', async (lossy) => {
    shop = await ShopTarget.create({ ...(lossy === 'up' ? EUROS : LOWER), lossy });
    await shop.admin('UPDATE orders SET note = lower(note)');
    await shop.run('expand', 'backfill', 'verify');
    // In step by what down gives, though up gives something else.
    await shop.app(`UPDATE shop_v2.orders SET note = 'Shouted' WHERE id = 1`);
    await shop.admin(
      `BEGIN; SET LOCAL session_replication_role = replica;
       UPDATE orders SET note = 'drifted', "amountCents" = 99999 WHERE id IN (3, 4, 5); COMMIT`,
    );
    const id = `again-${lossy}`;
    await shop.target.works.ensureJob({
      id,
      rollout: 'r1',
      kind: 'verify',
      migration: shop.migration,
      batchTimeMs: 100,
      generation: 1,
    });
    while ((await shop.target.job(id)).status !== 'done') {
      await shop.target.works.work('spec', 1_000, new AbortController().signal);
    }
    expect(await shop.target.job(id)).toMatchObject({ differences: 3 });
  });
});
