import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import type { RolloutStore } from '../../../src/engine/ports/rollout-store.ts';
import { Targets } from '../../../src/engine/ports/targets.ts';
import { Restores } from '../../../src/engine/restores.ts';
import type { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { workOnJob } from '../../../src/engine/schema-migration/work-on-job.ts';
import { ShopTarget } from '../../support/shop-target.ts';

class OneTarget extends Targets {
  readonly #works: TargetWorks;

  constructor(works: TargetWorks) {
    super();
    this.#works = works;
  }

  override async open(): Promise<TargetWorks> {
    return this.#works;
  }

  override async close(): Promise<void> {}
}

/** A store that knows one rollout, which has ended. */
const storeOf = (known: object): RolloutStore =>
  ({ named: async () => known, active: async () => [] }) as unknown as RolloutStore;

const SETUP = `
  CREATE TABLE orders (id bigint PRIMARY KEY, code text, tip text);
  CREATE TABLE notes (order_id bigint PRIMARY KEY, note text);
  INSERT INTO orders SELECT n, 'c' || n FROM generate_series(1, 300) n;
  INSERT INTO notes SELECT n, 'n' || n FROM generate_series(1, 300) n;`;

const OPERATIONS: readonly Operation[] = [
  { operation: 'dropColumn', table: 'orders', column: 'code' },
  { operation: 'dropColumn', table: 'orders', column: 'tip' },
  { operation: 'dropTable', table: 'notes' },
];

describe('what a contracted migration leaves on its target', () => {
  let shop: ShopTarget;
  beforeEach(async () => {
    shop = await ShopTarget.on(SETUP, OPERATIONS);
    await shop.run('expand', 'contract');
    await shop.target.works.writeRoute({
      migration: 'shop',
      revision: 9,
      kill: false,
      safeSide: 'new',
    });
    await shop.admin('ANALYZE orders');
  });
  afterEach(() => shop.close());

  const left = (isQuiet = true) =>
    shop.target.works.records.leftOvers(shop.migration, { policy: 'shop', isQuiet });

  const removeFirst = async (number?: number) => {
    const reasons: (string | null)[] = [];
    for (const one of (await left()).slice(0, number)) {
      const by = { rollout: 'r1', author: 'sam' };
      reasons.push(await shop.target.works.records.takeAway(shop.migration, one, by));
    }
    return reasons;
  };

  it('is named with dates and sizes', async () => {
    const kept =
      /^put aside on \d{4}-\d\d-\d\d, kept until \d{4}-\d\d-\d\d, (about \d+ bytes|\d+ kB)$/;
    expect(await left()).toMatchObject([
      { kind: 'trash', name: 'public.notes', words: expect.stringMatching(kept) },
      { kind: 'trash', name: 'public.orders.code', words: expect.stringMatching(kept) },
      { kind: 'trash', name: 'public.orders.tip', words: expect.stringMatching(kept) },
      { kind: 'stub', name: 'shop_v1.notes' },
      { kind: 'stub', name: 'shop_v1.orders' },
      { kind: 'schema', name: 'shop_v1' },
      { kind: 'route', name: 'shop', words: expect.stringMatching(/^safe side new, of /) },
    ]);
  });

  it('goes, each with a line in the history, and is not brought back then', async () => {
    // One of a table's columns after the other.
    await removeFirst(2);
    expect((await left())[0]).toMatchObject({ name: 'public.orders.tip' });
    expect(await removeFirst()).toEqual([null, null, null, null, null]);
    expect(await left()).toEqual([]);
    expect(await shop.target.works.records.whyNotRestore(shop.migration)).toMatch(
      /^what shop took away was removed for good on \d{4}-\d\d-\d\d by a cleanup/,
    );
    expect(await shop.columns('public.orders')).toEqual(['id']);
    expect(await shop.app('SELECT count(*)::int AS n FROM shop_v2.orders')).toEqual([{ n: 300 }]);
    const [gone] = await shop.admin(
      `SELECT to_regnamespace('shop_v1') AS schema, (SELECT count(*)::int FROM pg_class c
         WHERE c.relnamespace = 'crossfade_trash'::regnamespace AND c.relkind = 'r') AS tables`,
    );
    expect(gone).toEqual({ schema: null, tables: 0 });
    const history = await shop.target.works.records.history();
    const removed = history.filter(({ part }) => part === 'cleanup');
    expect(removed.map(({ reason, author }) => `${reason ?? ''} by ${author}`)).toEqual([
      'removed trash public.notes by sam',
      'removed trash public.orders.code by sam',
      'removed trash public.orders.tip by sam',
      'removed stub shop_v1.notes by sam',
      'removed stub shop_v1.orders by sam',
      'removed schema shop_v1 by sam',
      'removed route shop by sam',
    ]);
  });

  it('stays, and says for whom, while somebody holds a lock on it', async () => {
    const reader = await shop.target.connect();
    await reader.query(`SET application_name = 'report'; BEGIN; SELECT count(*) FROM orders`);
    await reader.query('SELECT pg_sleep(0.05)');
    const waits = ' public\\.orders\\.(code|tip): waits for a lock on orders that report ';
    expect(await removeFirst()).toEqual([
      null,
      expect.stringMatching(waits),
      expect.stringMatching(waits),
      null,
      null,
      null,
      null,
    ]);
    expect(await left()).toMatchObject([
      { name: 'public.orders.code' },
      { name: 'public.orders.tip' },
    ]);
  });

  it('stays, and says for what, while something of somebody else depends on it or stands in it', async () => {
    const [aside] = await shop.admin(
      `SELECT trash_name AS trash FROM crossfade.trash WHERE column_name = 'code'`,
    );
    await shop.admin(`CREATE VIEW report AS SELECT id, "${String(aside?.['trash'])}" AS code FROM orders;
      CREATE FUNCTION shop_v1.own() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    expect(await removeFirst()).toEqual([
      null,
      expect.stringMatching(
        /^trash public\.orders\.code: cannot drop .*: view report depends on column /,
      ),
      null,
      null,
      null,
      null,
    ]);
    expect(await left()).toMatchObject([{ kind: 'trash' }]);
    await shop.admin('DROP VIEW report; DROP FUNCTION shop_v1.own()');
    expect(await left()).toMatchObject([{ kind: 'trash' }, { kind: 'schema', name: 'shop_v1' }]);
  });

  it('spares the route row while instances know the change', async () => {
    expect((await left(false)).at(-1)).toMatchObject({ kind: 'route', removable: false });
  });

  it('shows an old shape that was brought back before all else', async () => {
    await shop.run('restore');
    expect((await left())[0]).toMatchObject({
      kind: 'shape',
      name: 'shop_v1',
      words: expect.stringContaining('in step with shop_v2; goes by another contract'),
    });
  });

  it('is brought back after each contract anew, until it has been removed', async () => {
    const { works } = shop.target;
    const { migration } = shop;
    const restores = new Restores(
      storeOf({
        rollout: { id: 'r1', phase: 'completed' },
        policy: { target: 't', schemaMigration: migration },
      }),
      new OneTarget(works),
      { name: 'spec' },
    );
    const bringBack = async (generation: number) => {
      const asked = { name: 'shop', author: 'sam', generation };
      const { progress } = await restores.advance(asked, 60_000);
      expect(progress).toMatchObject({
        state: 'applied',
        parts: [{ kind: 'restore' }, { kind: 'verify' }],
      });
      expect(await shop.app('SELECT count(*)::int AS n FROM shop_v1.notes')).toEqual([{ n: 300 }]);
    };
    await bringBack(1);
    const id = 'r1/cleanup-contract/2';
    await works.ensureJob({
      id,
      rollout: 'r1',
      kind: 'contract',
      migration,
      batchTimeMs: 100,
      generation: 2,
    });
    const deadline = performance.now() + 60_000;
    await workOnJob(works, { rollout: 'r1', id, worker: 'spec', deadline });
    await expect(shop.app('SELECT FROM shop_v1.notes')).rejects.toThrow('is gone');
    await bringBack(3);
  });
});
