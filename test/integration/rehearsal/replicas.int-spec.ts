import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { Rehearsals } from '../../../src/engine/schema-migration/rehearsal/rehearsals.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';
import { until } from '../../support/until.ts';

const asked = { id: 'job', migration: USERS_BIRTHDATE, statements: null };
const wait = () => new Promise((tick) => setTimeout(tick, 5));

describe('a rehearsal among several servers', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    // Enough to be met in the middle of it.
    await target.admin.query(`INSERT INTO users (dob)
      SELECT to_char(date '1950-01-01' + n % 20000, 'YYYY-MM-DD') FROM generate_series(1, 20000) n; ANALYZE users`);
  });
  afterEach(() => target.close());

  const atWork = async (asking = target.admin): Promise<number> => {
    const { rowCount } = await asking.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'crossfade rehearsal'
         AND datname = current_database()`,
    );
    return rowCount ?? 0;
  };

  it('is carried out by one of them; the others wait for what it finds', async () => {
    const replicas = [1, 2, 3].map(() => new Rehearsals(openTargetPostgres(target.url)));
    let most = 0;
    const reports = await Promise.all(
      replicas.map(async (replica) => {
        const asking = await target.connect();
        for (;;) {
          const kept = await replica.advance(asked, 1);
          if (kept !== null) return kept.report;
          most = Math.max(most, await atWork(asking));
        }
      }),
    );
    expect(most).toBe(1);
    // Times differ from run to run, so one and the same report was made once.
    expect(reports).toEqual([reports[0], reports[0], reports[0]]);
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('leaves nothing behind when its server is killed, and another one finishes the step', async () => {
    await target.ensure('rehearse');
    const worker = spawn(
      process.execPath,
      [resolve('test/fixtures/target-worker.ts'), target.url, '100000'],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    while ((await atWork()) === 0) await wait();
    worker.kill('SIGKILL');
    await once(worker, 'close');
    await until(async () => (await atWork()) === 0);
    const { rows } = await target.admin.query(
      `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'crossfade_rehearsal%'`,
    );
    const { rows: kept } = await target.admin.query('SELECT FROM crossfade.rehearsal');
    expect([rows, kept]).toEqual([[], []]);
    await target.admin.query('UPDATE crossfade.job SET lease_until = now(), due_at = now()');
    expect(await target.run('rehearse')).toMatchObject({ status: 'done' });
  });
});
