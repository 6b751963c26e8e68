import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { JobStore } from '../../../src/engine/schema-migration/job-store.ts';
import { LongStatements } from '../../../src/engine/schema-migration/long-statements.ts';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { ShopTarget } from '../../support/shop-target.ts';
import { until } from '../../support/until.ts';

const never = new AbortController().signal;

/** The view shows those of all databases on the server, and so of other specs. */
const builds =
  '(SELECT * FROM pg_stat_progress_create_index WHERE datname = current_database()) AS builds';

describe('an index that is being built', () => {
  let shop: ShopTarget;
  let reader: pg.Client;
  let id: string;

  beforeEach(async () => {
    shop = await ShopTarget.create({
      operation: 'createIndex',
      table: 'orders',
      name: 'orders_by_phone',
      method: 'btree',
      parts: [{ column: 'phone', expression: null, opclass: null, order: 'asc', nulls: null }],
      include: [],
      where: null,
    });
    await shop.run('expand');
    // A build waits for every snapshot that is older than the index.
    reader = await shop.target.connect();
    await reader.query(
      `SET application_name = 'report'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM orders`,
    );
    id = await shop.target.ensure('backfill', shop.migration);
  });
  afterEach(() => shop.close());

  const turn = async (works = shop.target.works): Promise<void> => {
    await shop.admin('UPDATE crossfade.job SET due_at = now(), lease_until = NULL');
    await works.work('spec', 150, never);
  };

  const reason = async () => (await shop.target.job(id)).reason;

  const waitsForReport = async () => {
    await turn();
    await until(async () => {
      await turn();
      return /waits for report/.test((await reason()) ?? '');
    });
  };

  const indexes = () =>
    shop.admin(
      `SELECT i.indisvalid AS valid FROM pg_index i WHERE i.indrelid = 'orders'::regclass AND NOT i.indisprimary`,
    );

  it('names who keeps it waiting, while writers go on', async () => {
    await waitsForReport();
    expect(await reason()).toMatch(
      /^builds orders_by_phone: waits for report \(pid \d+\), open for \d+ s: .*REPEATABLE READ/,
    );
    for (const view of ['shop_v1', 'shop_v2']) {
      await shop.app(`SET lock_timeout = 100; UPDATE ${view}.orders SET note = 'x' WHERE id = 1`);
    }
    await reader.query('COMMIT');
    expect(await shop.run('backfill')).toMatchObject({ status: 'done', reason: null });
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  it('is waited for by whoever comes after a process that died', async () => {
    const dying = new TargetWorks(openTargetPostgres(shop.target.url), shop.target.faults);
    await turn(dying);
    await dying.close();
    await waitsForReport();
    const begun = await shop.admin(`SELECT index_relid AS oid FROM ${builds}`);
    await reader.query('COMMIT');
    expect(await shop.run('backfill')).toMatchObject({ status: 'done' });
    expect(await indexes()).toEqual([{ valid: true }]);
    const built = await shop.admin(
      `SELECT indexrelid AS oid FROM pg_index WHERE indrelid = 'orders'::regclass AND NOT indisprimary`,
    );
    expect(built).toEqual(begun);
  });

  it('is built anew after a build that ended early', async () => {
    await waitsForReport();
    await shop.admin(`SELECT pg_terminate_backend(pid) FROM ${builds}`);
    await until(async () => (await indexes())[0]?.['valid'] === false);
    await reader.query('COMMIT');
    expect(await shop.run('backfill')).toMatchObject({ status: 'done' });
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  it('is stopped by a revocation, and gone after the rollback', async () => {
    await waitsForReport();
    await shop.target.works.revokeJob(id, 1);
    const working = () => shop.admin(`SELECT 1 FROM ${builds}`);
    await until(async () => (await working()).length === 0);
    await reader.query('COMMIT');
    expect(await shop.run('retire')).toMatchObject({ status: 'done' });
    expect(await indexes()).toEqual([]);
  });

  it('is not begun by a worker that has slept through a change of hands', async () => {
    await reader.query('COMMIT');
    const database = openTargetPostgres(shop.target.url);
    const late = await new JobStore(database).claim('late', 1_000);
    if (late === null) throw new Error('nothing was due');
    await shop.admin('UPDATE crossfade.job SET fence = fence + 1');
    const sql = 'CREATE INDEX CONCURRENTLY late ON orders (phone)';
    const begun = new LongStatements(database).begin(
      { job: late, isOver: () => false },
      sql,
      'late',
    );
    await expect(begun).rejects.toMatchObject({ code: 'staleFence' });
    expect(await indexes()).toEqual([]);
    await database.close();
  });

  it.each(['index.beforeStatement', 'index.afterStatement'] as const)(
    'comes once, whole, across a crash at %s',
    async (place) => {
      await reader.query('COMMIT');
      shop.target.faults.at = (point) => {
        if (point === place) throw new Error('killed');
      };
      await turn();
      shop.target.faults.at = () => undefined;
      await shop.admin(`UPDATE crossfade.job SET status = 'pending' WHERE kind = 'backfill'`);
      expect(await shop.run('backfill')).toMatchObject({ status: 'done' });
      expect(await indexes()).toEqual([{ valid: true }]);
    },
  );
});
