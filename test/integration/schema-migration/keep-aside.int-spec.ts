import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { UsersTarget } from '../../support/users-target.ts';

/** Far more than a write that waits for nobody needs, far less than one that waits for a session. */
const patienceMs = 30_000;

describe('a write of the application that has to be kept aside', () => {
  let target: UsersTarget;
  let app: Client;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1990-01-01'), ('1991-01-01')`);
    await target.run('expand');
    app = await target.application();
    await app.query(`SET statement_timeout = ${patienceMs}`);
  });
  afterEach(() => target.close());

  const writeMalformed = (client: Client, id: number, text = 'soon') =>
    client.query('UPDATE users_v1.users SET dob = $2 WHERE id = $1', [id, text]);

  it('does not wait for a session that has locked the quarantine table', async () => {
    const holder = await target.connect();
    await holder.query('BEGIN; LOCK TABLE crossfade.quarantine');
    await writeMalformed(app, 1);
    expect(await target.row(1)).toEqual({ dob: 'soon', birthdate: null });
    await holder.query('ROLLBACK');
  });

  it('does not wait for a session that has locked the record of its row', async () => {
    await writeMalformed(app, 1);
    const holder = await target.connect();
    await holder.query('BEGIN; SELECT * FROM crossfade.quarantine FOR UPDATE');
    await writeMalformed(app, 1, 'later');
    expect(await target.row(1)).toEqual({ dob: 'later', birthdate: null });
    await holder.query('ROLLBACK');
  });

  it('is found by verify when it could not be recorded', async () => {
    const holder = await target.connect();
    await holder.query('BEGIN; LOCK TABLE crossfade.quarantine');
    await writeMalformed(app, 1);
    await holder.query('ROLLBACK');
    expect(await target.quarantine()).toEqual([]);
    await target.run('backfill');
    expect(await target.run('verify')).toMatchObject({ differences: 0, quarantined: 1 });
    expect(await target.quarantine()).toMatchObject([{ key: ['1'], kind: 'error' }]);
  });

  it('does not wait for a server that prepares the target behind a long transaction', async () => {
    const slow = await target.application();
    await slow.query('BEGIN');
    await writeMalformed(slow, 1);
    await target.works.prepare();
    await writeMalformed(app, 2);
    expect(await target.quarantine()).toMatchObject([{ key: ['2'], kind: 'error' }]);
    await slow.query('ROLLBACK');
  });

  it('leaves the patience of the application as it was', async () => {
    await app.query(`SET lock_timeout = '7s'`);
    await writeMalformed(app, 1);
    expect((await app.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '7s' }]);
  });
});
