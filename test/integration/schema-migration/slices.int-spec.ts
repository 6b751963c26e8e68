import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { SliceStore } from '../../../src/engine/schema-migration/slice-store.ts';
import { until } from '../../support/until.ts';
import { UsersTarget } from '../../support/users-target.ts';

const never = new AbortController().signal;
/** Two slices: one of 50,000 rows, and what is left. */
const ROWS = 60_000;

interface SliceRow {
  readonly id: string;
  readonly fence: string;
  readonly operation: number;
  readonly key: readonly string[] | null;
  readonly done: string;
}

describe('a backfill that several workers share', () => {
  let target: UsersTarget;
  let id: string;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(
      `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n % 20000, 'YYYY-MM-DD') FROM generate_series(1, ${ROWS}) n`,
    );
    await target.run('expand');
    id = await target.ensure('backfill');
  });
  afterEach(() => target.close());

  const oneBatch = (worker: string) => target.works.work(worker, 0, never);

  /** A worker that is told to rest, since others work on the server, has taken nothing yet. */
  const oneBatchOfSecond = () =>
    until(async () => {
      await oneBatch('second');
      return (await slices()).length === 2;
    });

  const slices = async (): Promise<readonly SliceRow[]> =>
    (await target.admin.query<SliceRow>('SELECT * FROM crossfade.job_slice ORDER BY id')).rows;

  /** Of a worker that does not come back. */
  const leasesRunOut = () =>
    target.admin.query(
      `UPDATE crossfade.job_slice SET lease_until = now() WHERE lease_until IS NOT NULL`,
    );

  /** Another process, which gets the signal in the middle of its second batch, or just behind it. */
  const worker = (signal: NodeJS.Signals, where: 'beforeCommit' | 'afterCommit'): ChildProcess => {
    const passages = where === 'beforeCommit' ? '5' : '6';
    const program = resolve('test/fixtures/target-worker.ts');
    return spawn(process.execPath, [program, target.url, passages, signal]);
  };

  const rows = async () => {
    const { rows: found } = await target.admin.query<{ wrong: string; state: string }>(
      `SELECT count(*) FILTER (WHERE birthdate IS DISTINCT FROM dob::date) AS wrong,
         sum(hashtext(concat(xmin, u))) AS state FROM users u`,
    );
    return found[0];
  };

  it('has each of them at rows of its own', async () => {
    await oneBatch('first');
    // The first one is still at work, as far as anybody knows.
    await target.admin.query(
      `UPDATE crossfade.job_slice SET lease_until = now() + interval '1 hour'`,
    );
    await oneBatchOfSecond();
    const [first, second, ...more] = await slices();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ key: [first?.done] });
    expect(second).toMatchObject({ key: [String(50_000 + Number(second?.done))] });
    expect(Number(second?.done)).toBeGreaterThan(0);
    expect((await target.job(id)).done).toBe(Number(first?.done) + Number(second?.done));
  });

  it('goes on at the exact row when one of them dies in the middle of a batch', async () => {
    const [, signal] = (await once(worker('SIGKILL', 'beforeCommit'), 'exit')) as [number, string];
    expect(signal).toBe('SIGKILL');
    const [left] = await slices();
    expect(left).toMatchObject({ key: ['500'], done: '500' });
    await oneBatchOfSecond();
    // Its slice is not touched before its lease has run out.
    expect(await slices()).toMatchObject([left, { operation: 0 }]);
    await leasesRunOut();
    // Whatever had been done twice, or not at all, would show in the count.
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: ROWS });
    expect(await rows()).toMatchObject({ wrong: '0' });
    expect(await slices()).toEqual([]);
  });

  it('is ended by the others while one is stopped, which changes nothing when it wakes', async () => {
    const stopped = worker('SIGSTOP', 'afterCommit');
    await until(async () => Number((await slices())[0]?.done ?? 0) > 500);
    await leasesRunOut();
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: ROWS });
    const before = [await target.job(id), await rows()];
    stopped.kill('SIGCONT');
    expect(await once(stopped, 'exit')).toEqual([0, null]);
    expect([await target.job(id), await rows()]).toEqual(before);
    expect(before[1]).toMatchObject({ wrong: '0' });
  });

  it('locks out whoever held a slice before', async () => {
    await oneBatch('first');
    const [held] = await slices();
    if (held === undefined) throw new Error('nothing was cut');
    await oneBatch('second');
    const database = openTargetPostgres(target.url);
    const late = new SliceStore(database);
    await expect(
      database.transaction((session) => late.enter(session, held)),
    ).rejects.toMatchObject({ code: 'staleFence' });
    const [now] = await slices();
    await late.release(held);
    expect((await slices())[0]).toEqual(now);
    await database.close();
  });

  it('is stopped for all of them by a revocation, and goes on where each one was', async () => {
    await oneBatch('first');
    await target.works.revokeJob(id, 1);
    expect(await oneBatch('first')).toBe(false);
    const { done } = await target.job(id);
    await target.ensure('backfill', undefined, { generation: 2 });
    expect(done).toBeGreaterThan(0);
    expect(await target.run('backfill')).toMatchObject({ status: 'done', done: ROWS });
  });
});
