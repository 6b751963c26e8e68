import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UsersTarget } from '../../support/users-target.ts';

describe('the job of the step rehearse', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1815-12-10'), (NULL)`);
  });
  afterEach(() => target.close());

  it('passes, and is no part of what has happened', async () => {
    expect(await target.run('rehearse')).toMatchObject({
      status: 'done',
      reason: 'on copies of 2 rows of users',
    });
    expect(await target.works.records.history()).toEqual([]);
    expect(await target.run('expand')).toMatchObject({ status: 'done' });
  });

  it('holds while a row cannot be converted, and creates nothing', async () => {
    await target.admin.query(`INSERT INTO users (dob) VALUES ('in spring')`);
    const held = await target.run('rehearse');
    expect(held).toMatchObject({ status: 'running', hold: 'rehearsal' });
    expect(held.reason).toMatch(/^rehearsal failed: 1 of 3 copied rows cannot be converted/);
    const { rows } = await target.admin.query(
      `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'users_v%' OR nspname LIKE 'crossfade_r%'`,
    );
    expect(rows).toEqual([]);
    // What was told a minute ago counts no more.
    await target.admin.query(`DELETE FROM users WHERE dob = 'in spring';
      UPDATE crossfade.rehearsal SET at = at - interval '2 minutes'; UPDATE crossfade.job SET due_at = now(), hold = NULL`);
    expect(await target.run('rehearse')).toMatchObject({ status: 'done' });
  });

  it('lets go on what has begun before', async () => {
    await target.run('expand');
    expect(await target.run('rehearse')).toMatchObject({
      status: 'done',
      reason: expect.stringContaining('has begun on this target'),
    });
  });
});
