import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PaceChange } from '../../../src/core/schema-migration/pace.ts';
import { weekdays } from '../../../src/core/calendar/local-time.ts';
import { BATCH_TIME_MS, USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

const never = new AbortController().signal;

let target: UsersTarget;
let id: string;

beforeEach(async () => {
  target = await UsersTarget.create();
  await target.admin.query(
    `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 6000) n`,
  );
  await target.run('expand');
  id = await target.ensure('backfill');
});

afterEach(() => target.close());

const change = (wanted: PaceChange, by = 'ann'): Promise<void> =>
  target.works.changePace('r1', wanted, by);

/** A turn of a minute, which ends sooner only when the work is done or waits. */
const turn = (): Promise<boolean> => target.works.work('spec', 60_000, never);

describe('the pace of a backfill', () => {
  it('is changed by a person while it runs, and says by whom and when', async () => {
    await change({ batchTimeMs: 50, nice: 0.5 });
    await change({ limits: { activeBackends: 7 } }, 'bob');
    const { pace } = await target.job(id);
    expect(pace).toMatchObject({
      batchTimeMs: 50,
      nice: 0.5,
      pausedBy: null,
      limits: { activeBackends: 7 },
      changedBy: 'bob',
    });
    const { rows } = await target.admin.query<{ by: string; change: PaceChange; at: Date }>(
      'SELECT by, change, at FROM crossfade.job_change ORDER BY at',
    );
    expect(rows).toMatchObject([
      { by: 'ann', change: { batchTimeMs: 50, nice: 0.5 } },
      { by: 'bob', change: { limits: { activeBackends: 7 } } },
    ]);
    expect(pace?.changedAt).toBe(rows[1]?.at.getTime());
  });

  it('pauses after the batch at work, in the middle of a turn, and resumes at the exact row', async () => {
    let pausing: Promise<void> | undefined;
    target.faults.at = (point) => {
      if (point === 'backfill.afterCommit') pausing ??= change({ paused: true });
    };
    await turn();
    await pausing;
    const paused = await target.job(id);
    expect(paused).toMatchObject({ status: 'running', reason: 'paused by ann' });
    expect(paused.done).toBeGreaterThan(0);
    expect(paused.done).toBeLessThan(6000);
    expect(await turn()).toBe(false);
    expect((await target.job(id)).done).toBe(paused.done);
    await change({ paused: false }, 'bob');
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 6000 });
  });

  it('gives the job back while a long rest lasts, with the reason', async () => {
    await change({ nice: 100_000 });
    expect(await turn()).toBe(false);
    const { reason, done } = await target.job(id);
    expect(reason).toMatch(/^rests \d+ ms \(nice 100000\)$/);
    expect(done).toBeGreaterThan(0);
    await change({ nice: 0 });
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 6000 });
  });

  it('keeps to the hours that its policy gives it, until a person lets it work at any time', async () => {
    await target.works.revokeJob(id, 1);
    const today = new Date().getUTCDay();
    const otherDay = weekdays[(today + 3) % 7] ?? 'sun';
    const during = [{ days: [otherDay], from: 60, to: 120, timezone: 'UTC' }];
    const asked = { id: 'night', rollout: 'night', kind: 'backfill', generation: 1 } as const;
    await target.works.ensureJob({
      ...asked,
      migration: USERS_BIRTHDATE,
      batchTimeMs: BATCH_TIME_MS,
      during,
    });
    expect(await turn()).toBe(false);
    const [waits] = await target.works.jobs('night');
    expect(waits?.reason).toMatch(/^waits for its hours, until \w{3} \d{4}-\d\d-\d\d 01:00 UTC$/);
    expect(waits?.done).toBe(0);
    await target.works.changePace('night', { anytime: true }, 'ann');
    await turn();
    expect(await target.works.jobs('night')).toMatchObject([{ status: 'done', done: 6000 }]);
  });

  it('is refused where no backfill is under way', async () => {
    await target.run('backfill');
    await expect(change({ nice: 1 })).rejects.toMatchObject({
      code: 'refused',
      message: 'r1 has no backfill under way; its pace can be changed while it has one',
    });
  });
});

describe('a limit of a backfill', () => {
  it('on sessions at work is kept to, and counts none of ours', async () => {
    await change({ limits: { activeBackends: 0 } });
    const app = await target.application();
    const working = app.query(`SELECT pg_sleep(600)`).catch(() => undefined);
    const busy = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()`;
    while ((await target.admin.query<{ n: number }>(busy)).rows[0]?.n === 0);
    expect(await turn()).toBe(false);
    expect(await target.job(id)).toMatchObject({
      done: 0,
      reason: 'throttled: 1 sessions are at work, at most 0 are wanted',
    });
    await target.admin.query(
      `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()`,
    );
    await working;
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 6000 });
  });

  it('on dead rows is kept to', async () => {
    await target.admin.query('ALTER TABLE users SET (autovacuum_enabled = off)');
    await change({ limits: { deadRows: 0.5 } });
    for (let round = 0; round < 2; round += 1) {
      await target.admin.query(`UPDATE users SET name = 'n${round}'`);
    }
    await target.admin.query('SELECT pg_stat_force_next_flush()');
    expect(await turn()).toBe(false);
    expect((await target.job(id)).reason).toBe(
      'throttled: 1.2 dead rows for each live one wait for a vacuum, at most 0.5 are wanted',
    );
    await target.admin.query('VACUUM users');
    while (!(await target.works.work('spec', 0, never)));
    expect((await target.job(id)).done).toBeGreaterThan(0);
    // Its own dead rows are more than that as well.
    await change({ limits: { deadRows: null } });
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: 6000 });
  });
});
