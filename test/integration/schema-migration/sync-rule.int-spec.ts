import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { UsersTarget } from '../../support/users-target.ts';

describe('the sync rule, for a role without rights on schema crossfade', () => {
  let target: UsersTarget;
  let app: Client;

  beforeAll(async () => {
    target = await UsersTarget.create();
    await target.run('expand');
    app = await target.application();
  });
  afterAll(() => target.close());

  async function insertOld(dob: string | null): Promise<string> {
    const { rows } = await app.query<{ id: string }>(
      'INSERT INTO users_v1.users (dob) VALUES ($1) RETURNING id',
      [dob],
    );
    return rows[0]?.id ?? '';
  }

  async function insertNew(birthdate: string | null): Promise<string> {
    const { rows } = await app.query<{ id: string }>(
      'INSERT INTO users_v2.users (birthdate) VALUES ($1) RETURNING id',
      [birthdate],
    );
    return rows[0]?.id ?? '';
  }

  const updateOld = (id: string, dob: string | null) =>
    app.query('UPDATE users_v1.users SET dob = $2 WHERE id = $1', [id, dob]);

  const updateNew = (id: string, birthdate: string | null) =>
    app.query('UPDATE users_v2.users SET birthdate = $2 WHERE id = $1', [id, birthdate]);

  /** What stands in quarantine for one row. */
  async function aside(id: string) {
    const all = await target.quarantine();
    return all
      .filter((one) => one.key[0] === id)
      .map(({ kind, direction }) => `${kind} ${direction}`);
  }

  it('is met by a role that cannot touch schema crossfade', async () => {
    await expect(app.query('SELECT * FROM crossfade.quarantine')).rejects.toThrow(
      'permission denied for schema crossfade',
    );
  });

  it('shows each version its own shape', async () => {
    const columns = async (version: string) =>
      (await app.query(`SELECT * FROM ${version}.users LIMIT 0`)).fields.map(({ name }) => name);
    expect(await columns('users_v1')).toEqual([
      'id',
      'tenant_id',
      'name',
      'email',
      'dob',
      'createdAt',
    ]);
    expect(await columns('users_v2')).toEqual([
      'id',
      'tenant_id',
      'name',
      'email',
      'birthdate',
      'createdAt',
    ]);
  });

  it.each([
    ['a date', '1990-02-03', '1990-02-03'],
    ['NULL', null, null],
  ])('carries an insert of %s by the old side to the new one', async (_, dob, birthdate) => {
    const id = await insertOld(dob);
    expect(await target.row(id)).toEqual({ dob, birthdate });
    expect(await aside(id)).toEqual([]);
  });

  it.each([
    ['a date', '1990-02-03', '1990-02-03'],
    ['NULL', null, null],
  ])('carries an insert of %s by the new side to the old one', async (_, birthdate, dob) => {
    const id = await insertNew(birthdate);
    expect(await target.row(id)).toEqual({ dob, birthdate });
    expect(await aside(id)).toEqual([]);
  });

  it('carries updates both ways, to NULL and back', async () => {
    const id = await insertOld('1990-01-01');
    await updateNew(id, '1991-01-01');
    expect(await target.row(id)).toEqual({ dob: '1991-01-01', birthdate: '1991-01-01' });
    await updateOld(id, '1992-01-01');
    expect(await target.row(id)).toEqual({ dob: '1992-01-01', birthdate: '1992-01-01' });
    await updateNew(id, null);
    expect(await target.row(id)).toEqual({ dob: null, birthdate: null });
    await updateOld(id, '1993-01-01');
    await updateOld(id, null);
    expect(await target.row(id)).toEqual({ dob: null, birthdate: null });
    expect(await aside(id)).toEqual([]);
  });

  it('gives view columns the defaults of the table', async () => {
    const { rows } = await app.query<{ tenant_id: string; createdAt: Date }>(
      `INSERT INTO users_v2.users (name) VALUES ('n') RETURNING tenant_id, "createdAt"`,
    );
    expect(rows[0]?.tenant_id).toBe('acme');
    expect(rows[0]?.createdAt).toBeInstanceOf(Date);
  });

  it.each(['31/31/1990', 'soon', ''])(
    'keeps the malformed text %j an old client wrote',
    async (dob) => {
      const id = await insertOld(dob);
      expect(await target.row(id)).toEqual({ dob, birthdate: null });
      expect(await aside(id)).toEqual(['error up']);
    },
  );

  it('keeps the last good value of the new side when an old client writes a malformed one', async () => {
    const id = await insertNew('1990-01-01');
    await updateOld(id, 'soon');
    expect(await target.row(id)).toEqual({ dob: 'soon', birthdate: '1990-01-01' });
    expect(await aside(id)).toEqual(['error up']);
  });

  it('records a text that does not come back, and carries what up makes of it', async () => {
    const id = await insertOld(' 1990-01-01');
    const written = await insertOld('1990-01-01');
    await updateOld(written, ' 1990-01-01');
    for (const one of [id, written]) {
      expect(await target.row(one)).toEqual({ dob: ' 1990-01-01', birthdate: '1990-01-01' });
      expect(await aside(one)).toEqual(['loss up']);
    }
  });

  it.each(['infinity', '0044-03-15 BC'])(
    'keeps %s, written by the new side, in its own column',
    async (value) => {
      const id = await insertOld('1990-01-01');
      await updateNew(id, value);
      expect(await target.row(id)).toEqual({ dob: '1990-01-01', birthdate: value });
      expect(await aside(id)).toEqual(['loss down']);
      const inserted = await insertNew(value);
      expect(await target.row(inserted)).toEqual({ dob: null, birthdate: value });
      expect(await aside(inserted)).toEqual(['loss down']);
    },
  );

  it('keeps infinity, written by the old side, in its own column', async () => {
    const id = await insertOld('infinity');
    expect(await target.row(id)).toMatchObject({ dob: 'infinity' });
    expect(await aside(id)).toEqual(['loss up']);
  });

  it('leaves a richer new value alone when an old client updates another column', async () => {
    const id = await insertNew('infinity');
    await app.query(`UPDATE users_v1.users SET name = 'other', dob = dob WHERE id = $1`, [id]);
    expect(await target.row(id)).toEqual({ dob: null, birthdate: 'infinity' });
  });

  it('lets the new side win, and records it, when one statement changes both', async () => {
    const id = await insertOld('1990-01-01');
    await app.query(
      `UPDATE public.users SET dob = '1991-01-01', birthdate = '1992-01-01' WHERE id = $1`,
      [id],
    );
    expect(await target.row(id)).toEqual({ dob: '1992-01-01', birthdate: '1992-01-01' });
    expect(await aside(id)).toEqual(['conflict down']);
  });

  it.each([
    ['old', '1991-01-01'],
    ['new', '1992-01-01'],
  ])('lets the declared side %s win when one statement changes both', async (side, winner) => {
    const id = await insertOld('1990-01-01');
    await target.admin.query('BEGIN');
    await target.admin.query(`SELECT set_config('crossfade.side', $1, true)`, [side]);
    await target.admin.query(
      `UPDATE users SET dob = '1991-01-01', birthdate = '1992-01-01' WHERE id = $1`,
      [id],
    );
    await target.admin.query('COMMIT');
    expect(await target.row(id)).toEqual({ dob: winner, birthdate: winner });
    expect(await aside(id)).toEqual([]);
  });

  it.each([
    ['old', '1991-01-01', '1992-01-01', '1991-01-01'],
    ['new', '1991-01-01', '1992-01-01', '1992-01-01'],
    ['new', '1991-01-01', null, null],
  ])('takes what the declared side %s inserts of %s and %s', async (side, dob, born, winner) => {
    await target.admin.query('BEGIN');
    await target.admin.query(`SELECT set_config('crossfade.side', $1, true)`, [side]);
    const { rows } = await target.admin.query<{ id: string }>(
      'INSERT INTO users (dob, birthdate) VALUES ($1, $2) RETURNING id',
      [dob, born],
    );
    await target.admin.query('COMMIT');
    const id = rows[0]?.id ?? '';
    expect(await target.row(id)).toEqual({ dob: winner, birthdate: winner });
    expect(await aside(id)).toEqual([]);
  });

  it('sees no conflict when both sides were written and agree', async () => {
    const id = await insertOld('1990-01-01');
    await target.admin.query(
      `UPDATE users SET dob = '1991-01-01', birthdate = '1991-01-01' WHERE id = $1`,
      [id],
    );
    expect(await aside(id)).toEqual([]);
  });

  it('settles a row when it is later written well, and when it is deleted', async () => {
    const repaired = await insertOld('soon');
    const deleted = await insertOld('soon');
    const left = await insertOld('soon');
    await updateOld(repaired, '1990-01-01');
    await app.query('DELETE FROM users_v1.users WHERE id = $1', [deleted]);
    await target.works.jobs('r1');
    expect([await aside(repaired), await aside(deleted), await aside(left)]).toEqual([
      [],
      [],
      ['error up'],
    ]);
  });

  it('gives the same value whatever the writer has set', async () => {
    await app.query(`SET DateStyle = 'German, DMY'; SET TimeZone = 'Asia/Tokyo'`);
    const id = await insertOld('02/03/2001');
    await app.query('RESET DateStyle; RESET TimeZone');
    expect(await target.row(id)).toEqual({ dob: '02/03/2001', birthdate: '2001-02-03' });
  });
});
