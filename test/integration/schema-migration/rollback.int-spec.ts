import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { RolloutOnTarget } from '../../support/rollout-on-target.ts';
import { USERS_TABLE, UsersTarget } from '../../support/users-target.ts';

const rows = 3_000;
const ROWS = `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, ${rows}) n`;
/** Whatever Crossfade knows of it itself is another matter. */
const PUT_BACK = `SET crossfade.own = 'on'; DROP SCHEMA users_v1, users_v2 CASCADE; DROP TABLE users; ${USERS_TABLE}; ${ROWS}`;
const dobOf = (id: number): string =>
  new Date(Date.UTC(1950, 0, 1 + id)).toISOString().slice(0, 10);

describe('a rollback on a real target', () => {
  let target: UsersTarget;
  let app: pg.Client;
  let holder: pg.Client;
  let rollout: RolloutOnTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(ROWS);
    app = await target.application();
    holder = await target.connect();
    rollout = new RolloutOnTarget(target);
  });
  afterEach(() => target.close());

  const at = (step: string) => rollout.until(() => rollout.step === step);

  /** Somebody's transaction; old enough to be seen as one that stays. */
  const holds = (sql: string) => holder.query(`BEGIN; ${sql}; SELECT pg_sleep(0.03)`);

  async function rollBack(): Promise<void> {
    rollout.world.ask('rollback');
    await rollout.until(() => rollout.world.rollout.phase === 'rolled_back');
  }

  const one = async <Row extends object>(sql: string): Promise<Row | undefined> =>
    (await target.admin.query<Row>(sql)).rows[0];

  /** Where the new column stands in the table; it moves when it is made anew. */
  const place = async () =>
    (
      await one<{ attnum: number }>(
        `SELECT attnum FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'birthdate'`,
      )
    )?.attnum;

  const statuses = async () =>
    (await target.works.jobs(rollout.world.rollout.id)).map(
      ({ kind, status }) => `${kind} ${status}`,
    );

  /** Every row has its old value, but rows 7 to 9, which are written here. */
  const oldShapeStands = async (): Promise<boolean> => {
    const { rows: found } = await target.admin.query<{ id: string; dob: string }>(
      'SELECT id, dob FROM users WHERE id NOT BETWEEN 7 AND 9',
    );
    return found.length === rows - 3 && found.every(({ id, dob }) => dob === dobOf(Number(id)));
  };

  /** The application as it was before, and one that has never heard of views. */
  async function writeAsBefore(): Promise<void> {
    await app.query(`UPDATE users_v1.users SET dob = '2002-03-04' WHERE id = 8`);
    await app.query(`UPDATE public.users SET dob = '2003-04-05' WHERE id = 9`);
  }

  /** A second attempt gets to the end, with what was written in between. */
  async function goesThrough(): Promise<void> {
    rollout = new RolloutOnTarget(target, 2);
    await rollout.until(() => rollout.world.rollout.phase === 'completed');
    const { rows: kept } = await target.admin.query(
      'SELECT birthdate::text FROM users WHERE id IN (8, 9) ORDER BY id',
    );
    expect(kept).toEqual([{ birthdate: '2002-03-04' }, { birthdate: '2003-04-05' }]);
    expect(await one('SELECT 1 FROM users WHERE birthdate IS NULL')).toBeUndefined();
  }

  it('out of expand, while it waits for a lock, leaves the table as it was', async () => {
    await holds('SELECT * FROM users');
    await rollout.until(async () =>
      ((await target.works.jobs('users-birthdate-1'))[0]?.reason ?? '').includes(
        'waits for a lock',
      ),
    );
    await rollBack();
    expect(await statuses()).toEqual(['expand revoked']);
    await holder.query('ROLLBACK');
    expect(await place()).toBeUndefined();
    await writeAsBefore();
    expect(await oldShapeStands()).toBe(true);
    await goesThrough();
  });

  it('out of a backfill that is half done keeps what it has filled, and a retry fills the rest', async () => {
    await at('backfill');
    await holds('SELECT 1 FROM users WHERE id = 1500 FOR UPDATE');
    await rollout.until(async () =>
      ((await target.works.jobs('users-birthdate-1'))[1]?.reason ?? '').includes(
        'locked by others',
      ),
    );
    await app.query(`UPDATE users_v2.users SET birthdate = '2001-02-03' WHERE id = 7`);
    await rollBack();
    expect(await statuses()).toEqual(['expand done', 'backfill revoked']);
    await holder.query('ROLLBACK');
    const filled = await one<{ n: number }>('SELECT count(birthdate)::int AS n FROM users');
    expect(filled?.n).toBeGreaterThan(1);
    expect(filled?.n).toBeLessThan(1500);
    const before = await place();
    expect(await target.row(7)).toEqual({ dob: '2001-02-03', birthdate: '2001-02-03' });
    await writeAsBefore();
    expect(await oldShapeStands()).toBe(true);
    await goesThrough();
    expect(await place()).toBe(before);
  });

  it('out of verify, held by a row in quarantine, keeps that row as it is', async () => {
    await at('backfill');
    await app.query(`UPDATE users_v1.users SET dob = 'soon' WHERE id = 7`);
    await rollout.until(() => rollout.world.rollout.hold?.code === 'quarantine');
    await rollBack();
    expect(rollout.reasons.at(-1)).toContain('1 rows are kept in quarantine');
    expect(await target.row(7)).toMatchObject({ dob: 'soon' });
    await writeAsBefore();
    expect(await oldShapeStands()).toBe(true);
    await app.query(`UPDATE users_v1.users SET dob = '2001-02-03' WHERE id = 7`);
    await goesThrough();
  });

  it.each(['shadow', 'ring', 'share 25', 'share 100', 'soak'])(
    'out of %s keeps both shapes in step, and a retry adopts the new one',
    async (step) => {
      await at(step);
      await rollout.tick();
      await app.query(`UPDATE users_v2.users SET birthdate = '2001-02-03' WHERE id = 7`);
      await rollBack();
      expect(await statuses()).toEqual([
        'expand done',
        'backfill done',
        'verify done',
        'verify done',
      ]);
      expect(await target.row(7)).toEqual({ dob: '2001-02-03', birthdate: '2001-02-03' });
      expect(
        await one('SELECT 1 FROM users WHERE dob::date IS DISTINCT FROM birthdate'),
      ).toBeUndefined();
      await writeAsBefore();
      expect(await oldShapeStands()).toBe(true);
      const before = await place();
      await goesThrough();
      expect(await place()).toBe(before);
    },
  );

  it('on a target that was put back to before expand compares nothing, and a retry begins anew', async () => {
    await at('shadow');
    await target.admin.query(`${PUT_BACK}; DROP SCHEMA crossfade CASCADE`);
    await target.works.prepare();
    await rollBack();
    expect(rollout.reasons.at(-1)).toContain(
      'drained, verified; there is nothing to compare: the target stands as before expand of users-birthdate',
    );
    expect(await statuses()).toEqual(['verify done']);
    rollout = new RolloutOnTarget(target, 2);
    await at('shadow');
    expect(await one('SELECT 1 FROM users WHERE birthdate IS NULL')).toBeUndefined();
  });

  it('freezes where the target knows yet that it was expanded, if by no more than the job', async () => {
    await at('shadow');
    await target.admin.query(`${PUT_BACK}; TRUNCATE crossfade.history`);
    rollout.world.ask('rollback');
    await rollout.until(() => rollout.world.rollout.phase === 'frozen');
    expect(rollout.reasons.at(-1)).toContain('users.birthdate has not been expanded');
  });

  it('holds before it has made anything, says why, and goes on when the row was mended', async () => {
    await target.admin.query(`UPDATE users SET dob = '7 Mar 1991' WHERE id = 7`);
    await rollout.until(() => rollout.world.rollout.hold?.code === 'roundTrip');
    expect(rollout.reasons.at(-1)).toMatch(
      /^hold: round trip: users\(7\) holds '9 Aaa 9999' in dob/,
    );
    expect(await place()).toBeUndefined();
    await target.admin.query(`UPDATE users SET dob = '1991-03-07' WHERE id = 7`);
    await target.admin.query('UPDATE crossfade.job SET due_at = now()');
    await at('backfill');
    expect(rollout.reasons.at(-1)).toMatch(
      /^advance: to backfill: expand done; round trip: 3000 rows and \d+ made-up values of users\.dob tried/,
    );
    expect(rollout.world.rollout.hold).toBeNull();
  });
});
