import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import { LoadProbe } from '../../../src/engine/schema-migration/load-probe.ts';
import { UsersTarget } from '../../support/users-target.ts';

let target: UsersTarget;
let database: TargetDatabase;
let probe: LoadProbe;

beforeEach(async () => {
  target = await UsersTarget.create();
  database = openTargetPostgres(target.url);
  probe = new LoadProbe(database);
});

afterEach(async () => {
  await database.close();
  await target.close();
});

const look = () => probe.look('public', ['users']);

describe('a look at a target', () => {
  it('knows at once when nobody else is connected', async () => {
    await target.admin.query(`SET application_name = 'crossfade-spec'`);
    expect(await look()).toMatchObject({ isBusy: false });
  });

  it('knows after a second whether others commit', async () => {
    expect(await look()).toMatchObject({ isBusy: null, walBytesPerSecond: null, lockWaiters: 0 });
    while ((await look()).isBusy !== false);
    const app = await target.application();
    let isBusy: boolean | null = false;
    while (!isBusy) {
      for (let n = 0; n < 100; n += 1) await app.query('SELECT 1');
      ({ isBusy } = await look());
    }
    while ((await look()).isBusy !== false);
  });

  it('measures how fast the log grows', async () => {
    let rate: number | null = null;
    while (rate === null || rate < 50_000) {
      await target.admin.query(
        `INSERT INTO users (name) SELECT repeat('n', 100) FROM generate_series(1, 1000)`,
      );
      rate = (await look()).walBytesPerSecond;
    }
    expect(rate).toBeGreaterThan(0);
  });

  it('counts dead rows against those of the last vacuum where statistics were lost', async () => {
    await target.admin.query(`ALTER TABLE users SET (autovacuum_enabled = off);
      INSERT INTO users (name) SELECT 'n' FROM generate_series(1, 20000)`);
    await target.admin.query('VACUUM ANALYZE users');
    await target.admin.query(`SELECT pg_stat_reset()`);
    await target.admin.query(`UPDATE users SET name = 'm'; SELECT pg_stat_force_next_flush()`);
    let { deadRows } = await look();
    while (deadRows === 0) ({ deadRows } = await look());
    expect(deadRows).toBeCloseTo(1, 1);
  });
});
