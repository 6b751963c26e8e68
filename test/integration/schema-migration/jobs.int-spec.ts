import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { JobStore } from '../../../src/engine/schema-migration/job-store.ts';
import { LoadProbe } from '../../../src/engine/schema-migration/load-probe.ts';
import { LongStatements } from '../../../src/engine/schema-migration/long-statements.ts';
import { StepwiseRunner } from '../../../src/engine/schema-migration/stepwise-runner.ts';
import { RangeRunner } from '../../../src/engine/schema-migration/range-runner.ts';
import { BackfillTask } from '../../../src/engine/schema-migration/backfill-task.ts';
import { until } from '../../support/until.ts';
import { ADD_BIRTHDATE, USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

const never = new AbortController().signal;

describe('backfill as a fenced job', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(
      `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 3000) n`,
    );
    await target.run('expand');
  });
  afterEach(() => target.close());

  const unfilled = async (): Promise<number> => {
    const { rows } = await target.admin.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM users WHERE dob::date IS DISTINCT FROM birthdate',
    );
    return rows[0]?.n ?? -1;
  };

  const oneBatch = (worker: string) => target.works.work(worker, 0, never);

  it('fills every row and says how far it is', async () => {
    const state = await target.run('backfill');
    expect(state).toMatchObject({ status: 'done', done: 3000, total: 3000, quarantined: 0 });
    expect(await unfilled()).toBe(0);
  });

  it('files rows whose up fails or erases, and fills the others of the batch', async () => {
    await target.admin.query(`SET crossfade.sync = 'off'`);
    await target.admin.query(`UPDATE users SET dob = 'soon' WHERE id IN (7, 2500)`);
    await target.admin.query(`UPDATE users SET dob = 'infinity' WHERE id = 9`);
    const state = await target.run('backfill');
    expect(state).toMatchObject({ status: 'done', done: 3000, quarantined: 3 });
    const kinds = (await target.quarantine()).map(({ key, kind }) => `${key[0]} ${kind}`);
    expect(kinds.toSorted()).toEqual(['2500 error', '7 error', '9 loss']);
    const { rows } = await target.admin.query('SELECT 1 FROM users WHERE birthdate IS NULL');
    expect(rows).toHaveLength(2);
  });

  it('never overwrites what the new side wrote', async () => {
    const app = await target.application();
    await app.query(`UPDATE users_v2.users SET birthdate = '2001-01-01' WHERE id = 5`);
    await app.query(`UPDATE users_v2.users SET birthdate = 'infinity' WHERE id = 6`);
    await target.run('backfill');
    expect(await target.row(5)).toEqual({ dob: '2001-01-01', birthdate: '2001-01-01' });
    expect(await target.row(6)).toEqual({ dob: '1950-01-07', birthdate: 'infinity' });
  });

  it('resumes at the exact row after a crash between batch and commit', async () => {
    const id = await target.ensure('backfill');
    await oneBatch('first');
    const before = await target.job(id);
    target.faults.at = (point) => {
      if (point === 'backfill.beforeCommit') throw new Error('killed');
    };
    await oneBatch('first');
    expect(await target.job(id)).toMatchObject({
      status: 'failed',
      reason: 'killed',
      done: before.done,
    });
    target.faults.at = () => undefined;
    await target.admin.query(`UPDATE crossfade.job SET status = 'running'`);
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 3000 });
    expect(await unfilled()).toBe(0);
  });

  it('lets a late worker with an old fence change nothing', async () => {
    const id = await target.ensure('backfill');
    const database = openTargetPostgres(target.url);
    const store = new JobStore(database);
    const late = await store.claim('late', 1_000);
    if (late === null) throw new Error('nothing was due');
    // The late worker sleeps; its lease runs out, another one takes over and does a batch.
    await target.admin.query('UPDATE crossfade.job SET lease_until = now()');
    expect(await oneBatch('quick')).toBe(true);
    const [job, left] = [await target.job(id), await unfilled()];
    const steps = new StepwiseRunner(database, store, new LongStatements(database), target.faults);
    const probe = new LoadProbe(database);
    const task = new BackfillTask(steps);
    const runner = new RangeRunner(database, store, probe, task, target.faults);
    await expect(runner.run({ job: late, isOver: () => false })).rejects.toMatchObject({
      code: 'staleFence',
    });
    await store.release(late, { kind: 'waits', reason: 'late', delayMs: 60_000 });
    await store.fail(late, 'late');
    expect([await target.job(id), await unfilled()]).toEqual([job, left]);
    await database.close();
  });

  it('stops between two batches when the job is revoked, and goes on only when asked anew', async () => {
    const id = await target.ensure('backfill');
    let batches = 0;
    let revoking: Promise<void> | undefined;
    target.faults.at = (point) => {
      if (point !== 'backfill.afterCommit') return;
      batches += 1;
      revoking ??= target.works.revokeJob(id, 1);
    };
    await target.works.work('spec', 60_000, never);
    await revoking;
    expect(await target.job(id)).toMatchObject({ status: 'revoked' });
    const filled = 3000 - (await unfilled());
    expect(filled).toBeLessThan(3000);
    await target.ensure('backfill');
    expect(await oneBatch('spec')).toBe(false);
    expect(await target.job(id)).toMatchObject({ status: 'revoked' });
    expect(batches).toBeGreaterThan(0);
    const before = await target.job(id);
    await target.ensure('backfill', USERS_BIRTHDATE, { generation: 2 });
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 3000 });
    expect(before.done).toBeGreaterThan(0);
    expect(await unfilled()).toBe(0);
  });

  it('lets one worker at a time have a job, and the next one once the lease has run out', async () => {
    const id = await target.ensure('backfill');
    await target.admin.query(
      `UPDATE crossfade.job SET status = 'running', owner = 'dead', fence = 5, lease_until = now() + interval '1 hour' WHERE id = $1`,
      [id],
    );
    expect(await oneBatch('next')).toBe(false);
    await target.admin.query(
      `UPDATE crossfade.job SET lease_until = now() - interval '1 ms' WHERE id = $1`,
      [id],
    );
    expect(await oneBatch('next')).toBe(true);
    const { rows } = await target.admin.query('SELECT fence FROM crossfade.job WHERE id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ fence: '6' }]);
  });

  it('waits, with the reason, while rows are locked, and goes on afterwards', async () => {
    const id = await target.ensure('backfill');
    const holder = await target.connect();
    await holder.query('BEGIN; SELECT * FROM users WHERE id = 3 FOR UPDATE');
    expect(await oneBatch('spec')).toBe(false);
    expect(await target.job(id)).toMatchObject({
      status: 'running',
      done: 0,
      reason: 'throttled: rows of the next batch are locked by others',
    });
    await holder.query('ROLLBACK');
    expect(await target.run('backfill')).toMatchObject({ status: 'done', reason: null });
  });

  it('throttles while sessions wait for locks', async () => {
    const id = await target.ensure('backfill');
    const [holder, waiter] = [await target.connect(), await target.connect()];
    await holder.query('CREATE TABLE busy ()');
    await holder.query('BEGIN; LOCK TABLE busy');
    const waiting = waiter.query('BEGIN; LOCK TABLE busy; ROLLBACK');
    let health = await target.works.health();
    while (health.lockWaitMs < 250) health = await target.works.health();
    expect(await oneBatch('spec')).toBe(false);
    expect((await target.job(id)).reason).toBe('throttled: 1 sessions wait for locks');
    await holder.query('ROLLBACK');
    await waiting;
  });

  it('minds nobody who waits for an advisory lock, as for leadership', async () => {
    await target.ensure('backfill');
    const [leader, heir] = [await target.connect(), await target.connect()];
    await leader.query('BEGIN; SELECT pg_advisory_xact_lock(1)');
    const waiting = heir.query('SELECT pg_advisory_xact_lock(1)');
    const waits = `SELECT count(*)::int AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()`;
    while ((await target.admin.query<{ count: number }>(waits)).rows[0]?.count === 0);
    expect((await target.works.health()).lockWaitMs).toBe(0);
    expect(await target.run('backfill')).toMatchObject({ status: 'done' });
    await leader.query('ROLLBACK');
    await waiting;
  });

  it('loses no write of either side that comes in between', async () => {
    const [old, fresh] = [await target.application(), await target.application()];
    await target.ensure('backfill', USERS_BIRTHDATE, { batchTimeMs: 20 });
    let writing = true;
    const expected = new Map<number, string>();
    const write = async (client: typeof old, version: string, column: string, offset: number) => {
      for (let turn = 0; writing; turn += 1) {
        const id = ((turn * 97 + offset) % 1500) * 2 + offset;
        const day = `20${String(10 + (turn % 20))}-0${1 + (turn % 9)}-0${1 + offset}`;
        await client.query(`UPDATE ${version}.users SET ${column} = $2 WHERE id = $1`, [id, day]);
        expected.set(id, day);
      }
    };
    const writers = [write(old, 'users_v1', 'dob', 1), write(fresh, 'users_v2', 'birthdate', 2)];
    await until(() => Promise.resolve(expected.size > 10));
    const state = await target.run('backfill');
    writing = false;
    await Promise.all(writers);
    expect(state.status).toBe('done');
    for (const [id, day] of expected) {
      expect(await target.row(id)).toEqual({ dob: day, birthdate: day });
    }
    expect(await unfilled()).toBe(0);
  });
});

describe('backfill of values that up erases', () => {
  const forgetful = { ...ADD_BIRTHDATE, up: `nullif(dob, 'unknown')::date` };
  const migration = { ...USERS_BIRTHDATE, operations: [forgetful] };

  it('files the row although no expression fails', async () => {
    const target = await UsersTarget.create();
    expect(await target.run('expand', migration)).toMatchObject({ status: 'done' });
    // Expand refuses what it sees of such values; this one came while no sync was on.
    await target.admin.query(`SET crossfade.sync = 'off'`);
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1990-01-01'), ('unknown'), (NULL)`);
    const state = await target.run('backfill', migration);
    expect(state).toMatchObject({ status: 'done', done: 3, quarantined: 1 });
    expect(await target.quarantine()).toMatchObject([{ key: ['2'], kind: 'loss' }]);
    await target.close();
  });
});
