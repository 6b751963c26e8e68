import { afterEach, describe, expect, it } from '@jest/globals';
import type { Sql } from '../../../src/core/schema-migration/operation.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const AUDIT: Sql = {
  operation: 'sql',
  table: 'orders',
  also: [],
  expand: `
    CREATE TABLE audit (at timestamptz NOT NULL DEFAULT now(), order_id bigint);
    GRANT INSERT, SELECT ON audit TO crossfade_test_app;
    CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.audit (order_id) VALUES (NEW.id); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_order();
    ALTER TABLE orders ADD COLUMN tags text[]`,
  contract: `COMMENT ON TABLE orders IS 'audited'`,
  down: `ALTER TABLE orders DROP COLUMN tags; DROP TRIGGER note ON orders; DROP FUNCTION note_order; DROP TABLE audit`,
};

describe('sql', () => {
  let shop: ShopTarget;
  afterEach(() => shop.close());

  const made = () =>
    shop.admin(
      `SELECT to_regclass('audit')::text AS audit, to_regproc('note_order')::text AS fn, obj_description('orders'::regclass) AS comment`,
    );

  it('runs in each part, and shows each version its own columns', async () => {
    shop = await ShopTarget.create(AUDIT);
    expect(await shop.run('expand')).toMatchObject({ status: 'done', done: 1, total: 1 });
    expect(await shop.columns('shop_v1.orders')).not.toContain('tags');
    expect(await shop.columns('shop_v2.orders')).toContain('tags');
    await shop.app(`INSERT INTO shop_v1.orders (id, customer) VALUES (1001, 'c')`);
    expect(await shop.app('SELECT order_id::int FROM public.audit')).toEqual([{ order_id: 1001 }]);
    expect(await shop.run('backfill', 'verify', 'contract')).toMatchObject({ status: 'done' });
    expect(await made()).toEqual([{ audit: 'audit', fn: 'note_order', comment: 'audited' }]);
    expect(await shop.admin('SELECT count(*)::int AS rows FROM crossfade.done')).toEqual([
      { rows: 0 },
    ]);
    expect(await shop.run('contract')).toMatchObject({ status: 'done' });
  });

  it('goes back by its down, and may begin anew', async () => {
    shop = await ShopTarget.create(AUDIT);
    await shop.run('expand', 'backfill');
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await made()).toEqual([{ audit: null, fn: null, comment: null }]);
    await shop.admin('DELETE FROM crossfade.job');
    expect(await shop.run('expand')).toMatchObject({ status: 'done' });
  });

  it.each([
    ['expand', { expand: 'CREATE TABLE audit (id nothing)' }, 'type "nothing" does not exist'],
    ['down', { down: 'DROP TABLE other' }, 'table "other" does not exist'],
    ['time', { expand: 'SELECT pg_sleep(5)' }, 'took longer than 1 s'],
  ])('leaves no trace when something is wrong with its %s', async (_, more, why) => {
    shop = await ShopTarget.create({ ...AUDIT, ...more });
    const state = await shop.run('expand');
    expect(state).toMatchObject({ status: 'failed', reason: expect.stringContaining(why) });
    expect(await made()).toEqual([{ audit: null, fn: null, comment: null }]);
    expect(await shop.columns('public.orders')).not.toContain('tags');
  });

  it('leaves the old version in its place when contract takes too long', async () => {
    shop = await ShopTarget.create({ ...AUDIT, contract: 'SELECT pg_sleep(5)' });
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('took longer than 1 s'),
    });
    await shop.app(`INSERT INTO shop_v1.orders (id, customer) VALUES (1001, 'c')`);
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
  });

  it('composes with operations on the same table', async () => {
    shop = await ShopTarget.create(AUDIT, {
      operation: 'renameColumn',
      table: 'orders',
      column: 'note',
      to: 'remark',
    });
    expect(await shop.run('expand', 'backfill', 'verify', 'contract')).toMatchObject({
      status: 'done',
    });
    expect(await shop.columns('public.orders')).toEqual(expect.arrayContaining(['remark', 'tags']));
  });
});
