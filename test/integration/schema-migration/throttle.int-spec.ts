import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UsersTarget } from '../../support/users-target.ts';

let target: UsersTarget;
let id: string;

const reason = 'throttled: the old side is worse than before';

beforeEach(async () => {
  target = await UsersTarget.create();
  await target.admin.query(
    `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 9000) n`,
  );
  await target.run('expand');
  id = await target.ensure('backfill');
});

afterEach(() => target.close());

/** A turn of a minute, which an unthrottled backfill would end in. */
const turn = (): Promise<boolean> =>
  target.works.work('spec', 60_000, new AbortController().signal);

describe('a throttled job', () => {
  it('does one batch a turn, and rests for longer than anybody would notice it', async () => {
    await target.works.throttleJob(id, reason);
    await turn();
    const state = await target.job(id);
    expect(state).toMatchObject({ status: 'running', throttle: reason, reason });
    expect(state.done).toBeGreaterThan(0);
    expect(state.done).toBeLessThan(9000);
    expect(await turn()).toBe(false);
    const { rows } = await target.admin.query<{ rests: number }>(
      'SELECT extract(epoch FROM due_at - updated_at)::float8 AS rests FROM crossfade.job WHERE id = $1',
      [id],
    );
    expect(rows[0]?.rests).toBeGreaterThan(4);
  });

  it('goes on at once, and as it can, when it is let', async () => {
    await target.works.throttleJob(id, reason);
    await turn();
    await target.works.throttleJob(id, null);
    expect(await target.job(id)).not.toHaveProperty('throttle');
    await turn();
    expect(await target.job(id)).toMatchObject({ status: 'done', done: 9000 });
  });

  it('is not one that has ended', async () => {
    await turn();
    await target.works.throttleJob(id, reason);
    expect(await target.job(id)).not.toHaveProperty('throttle');
  });
});

describe('a target of an earlier version', () => {
  it('gets what it lacks, with its jobs as they were', async () => {
    await target.admin.query('ALTER TABLE crossfade.job DROP COLUMN hold, DROP COLUMN throttle');
    await target.works.prepare();
    await target.works.prepare();
    expect(await target.job(id)).toMatchObject({ status: 'pending' });
    await turn();
    expect(await target.job(id)).toMatchObject({ status: 'done', done: 9000 });
  });

  it('locks nothing where nothing is lacking', async () => {
    const reader = await target.connect();
    await reader.query('BEGIN; SELECT FROM crossfade.job');
    await target.works.prepare();
    await reader.query('ROLLBACK');
    expect(await target.job(id)).toMatchObject({ status: 'pending' });
  });
});
