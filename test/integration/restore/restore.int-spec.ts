import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { heldTogether } from '../../support/catalog-of.ts';
import {
  ADD_BIRTHDATE,
  USERS_BIRTHDATE,
  USERS_TABLE,
  UsersTarget,
} from '../../support/users-target.ts';

describe('restore', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create(
      USERS_TABLE.replace(
        'dob text',
        `dob text NOT NULL DEFAULT '1970-01-01' CHECK (length(dob) = 10)`,
      ),
    );
    await target.admin.query(
      `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 300) n`,
    );
  });
  afterEach(() => target.close());

  const contracted = async (migration = USERS_BIRTHDATE) => {
    for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
      expect(await target.run(kind, migration)).toMatchObject({ status: 'done' });
    }
    return target.application();
  };

  it('carries back what the new version wrote, and keeps both in step from there', async () => {
    const app = await contracted();
    await app.query(`UPDATE users_v2.users SET birthdate = '2001-02-03' WHERE id = 1`);
    await app.query(`INSERT INTO users_v2.users (name, birthdate) VALUES ('new', '2002-02-03')`);
    await app.query('DELETE FROM users_v2.users WHERE id = 2');
    expect(await target.run('restore')).toMatchObject({ status: 'done', quarantined: 0 });
    const { rows } = await app.query(
      `SELECT dob FROM users_v1.users WHERE id IN (1, 2, 3) OR name = 'new' ORDER BY id`,
    );
    expect(rows.map(({ dob }) => dob)).toEqual(['2001-02-03', '1950-01-04', '2002-02-03']);
    await app.query(`UPDATE users_v1.users SET dob = '2003-03-03' WHERE id = 1`);
    await app.query(`UPDATE users_v2.users SET birthdate = '2004-04-04' WHERE id = 3`);
    expect([await target.row(1), await target.row(3)]).toEqual([
      { dob: '2003-03-03', birthdate: '2003-03-03' },
      { dob: '2004-04-04', birthdate: '2004-04-04' },
    ]);
    await expect(
      app.query(`INSERT INTO users_v1.users (dob) VALUES ('too short')`),
    ).rejects.toThrow('violates check constraint');
  });

  it('keeps what was put aside where it still leads to what the new version holds', async () => {
    // Of an earlier try, which is none of its business.
    await target.run('expand');
    await target.run('retire');
    await target.admin.query('DELETE FROM crossfade.job');
    const app = await contracted();
    await target.admin.query(`UPDATE users SET "createdAt" = now() WHERE id = 5`);
    expect(await target.run('restore')).toMatchObject({
      status: 'done',
      reason: 'brought back: column users.dob, view users_v1.users',
    });
    expect((await app.query('SELECT dob FROM users_v1.users WHERE id = 5')).rows).toEqual([
      { dob: '1950-01-06' },
    ]);
    const { rows } = await target.admin.query('SELECT column_name FROM crossfade.trash');
    expect(rows).toEqual([{ column_name: 'birthdate' }]);
  });

  it('leaves nobody a right on what is put aside, and gives it back', async () => {
    await target.admin.query('GRANT SELECT (dob) ON users TO PUBLIC');
    await contracted();
    const mayRead = async (): Promise<unknown> => {
      const { rows } = await target.admin.query(
        `SELECT attname ~ '^_crossfade_' AS aside, has_column_privilege('public', 'users', attname, 'SELECT') AS "mayRead"
         FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname ~ 'dob$'`,
      );
      return rows;
    };
    expect(await mayRead()).toEqual([{ aside: true, mayRead: false }]);
    expect(await target.run('restore')).toMatchObject({ status: 'done' });
    expect(await mayRead()).toEqual([{ aside: false, mayRead: true }]);
  });

  it('is refused when a value would not come back, and nothing has changed', async () => {
    const app = await contracted();
    await app.query(`UPDATE users_v2.users SET birthdate = 'infinity' WHERE id IN (4, 9)`);
    expect(await target.run('restore')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(
        '2 rows hold values that users.dob cannot hold and give back, among them (4), (9)',
      ),
    });
    await expect(app.query('SELECT dob FROM users_v1.users')).rejects.toThrow('is gone');
    await app.query(`UPDATE users_v2.users SET birthdate = '2000-01-01' WHERE id = 4`);
  });

  it('brings back what a declared loss makes of the values', async () => {
    const lossy = {
      ...USERS_BIRTHDATE,
      operations: [
        {
          ...ADD_BIRTHDATE,
          lossy: 'down' as const,
          down: {
            dob: `to_char(coalesce(nullif(birthdate, 'infinity'), '9999-12-31'), 'YYYY-MM-DD')`,
          },
        },
      ],
    };
    const app = await contracted(lossy);
    await app.query(`UPDATE users_v2.users SET birthdate = 'infinity' WHERE id = 4`);
    expect(await target.run('restore', lossy)).toMatchObject({ status: 'done' });
    expect(await target.row(4)).toEqual({ dob: '9999-12-31', birthdate: 'infinity' });
  });

  it('is refused when the time of the trash is over', async () => {
    await contracted();
    await target.admin.query(
      `UPDATE crossfade.standing SET keep_until = '2026-01-02 03:04:05Z' WHERE migration = 'users-birthdate'`,
    );
    expect(await target.run('restore')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('was kept until 2026-01-02 03:04 UTC, and no longer'),
    });
  });

  it('is refused when another migration has changed the table since', async () => {
    await contracted();
    const later = {
      ...USERS_BIRTHDATE,
      name: 'users-nick',
      from: 'users_v2',
      to: 'users_v3',
      operations: [
        { operation: 'setDefault', table: 'users', column: 'name', default: `'x'` } as const,
      ],
    };
    await target.run('expand', later);
    expect(await target.run('restore')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /^users-nick has changed users on \d{4}-\d\d-\d\d, after users-birthdate took the old shape away/,
      ),
    });
  });

  it('is refused where nothing was taken away', async () => {
    await target.run('expand');
    expect(await target.run('restore')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('there is nothing to bring back'),
    });
  });

  it('names what somebody has dropped for good', async () => {
    await contracted();
    const { rows } = await target.admin.query<{ name: string }>(
      'SELECT trash_name AS name FROM crossfade.trash',
    );
    await target.admin.query(`ALTER TABLE users DROP COLUMN "${rows[0]?.name ?? ''}"`);
    expect(await target.run('restore')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('column public.users.dob was dropped'),
    });
  });

  const LOGS = `CREATE TABLE words (said text PRIMARY KEY); INSERT INTO words VALUES ('yes'), ('no');
    CREATE TABLE logs (id bigint, day date, said text REFERENCES words, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
    CREATE TABLE logs_2 PARTITION OF logs DEFAULT;
    INSERT INTO logs SELECT n, date '2025-12-01' + n, 'yes' FROM generate_series(1, 60) n;`;
  const WITHOUT_SAID = {
    ...USERS_BIRTHDATE,
    name: 'logs-said',
    operations: [{ operation: 'dropColumn', table: 'logs', column: 'said', down: `'no'` } as const],
  };

  it('builds what stood on a column of a partitioned table again, on partitions that have come since too', async () => {
    await target.admin.query(
      `${LOGS} ALTER TABLE logs ALTER said SET NOT NULL, ADD CONSTRAINT logs_said_key UNIQUE (said, day, id);
       CREATE INDEX logs_said ON logs (said DESC); COMMENT ON INDEX logs_1_said_idx IS 'a part'`,
    );
    const before = await heldTogether(target.admin);
    for (const kind of ['expand', 'contract'] as const) await target.run(kind, WITHOUT_SAID);
    await target.admin.query(
      `CREATE TABLE logs_3 PARTITION OF logs FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
       INSERT INTO users_v2.logs (id, day) VALUES (1, '2027-02-03'), (2, '2027-02-04')`,
    );
    expect(await target.run('restore', WITHOUT_SAID)).toMatchObject({ status: 'done' });
    expect(await heldTogether(target.admin)).toMatchObject(before);
    const { rows } = await target.admin.query(
      `SELECT said, count(*)::int, (SELECT indexdef FROM pg_indexes WHERE indexname = 'logs_3_said') AS index,
         obj_description('logs_1_said_idx'::regclass) AS comment FROM logs GROUP BY 1 ORDER BY 1`,
    );
    const index = 'CREATE INDEX logs_3_said ON public.logs_3 USING btree (said DESC)';
    expect(rows).toEqual([
      { said: 'no', count: 2, index, comment: 'a part' },
      { said: 'yes', count: 60, index, comment: 'a part' },
    ]);
    await expect(
      target.admin.query(`INSERT INTO logs VALUES (3, '2027-02-03', 'never')`),
    ).rejects.toThrow('violates foreign key constraint');
  });

  it('is refused where what stood on a column would keep writers waiting', async () => {
    await target.admin.query(
      `${LOGS} ALTER TABLE logs ADD CONSTRAINT logs_once EXCLUDE (said WITH =, day WITH =, id WITH =)`,
    );
    for (const kind of ['expand', 'contract'] as const) await target.run(kind, WITHOUT_SAID);
    expect(await target.run('restore', WITHOUT_SAID)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('cannot build the constraint logs_once of logs again'),
    });
  });

  it('tells old code to wait until its rows are in step', async () => {
    const app = await contracted();
    let seen: unknown;
    target.faults.at = (point) => {
      if (point !== 'restore.beforeCursor') return;
      // Nothing that a query looks for makes it skip the rows that would tell it.
      const sql = `SELECT dob FROM users_v1.users WHERE dob = 'never'`;
      seen ??= app.query(sql).catch((fault: unknown) => fault);
    };
    expect(await target.run('restore')).toMatchObject({ status: 'done' });
    expect(await seen).toMatchObject({
      message:
        'users_v1.users is being brought back: schema migration users-birthdate is being restored',
    });
  });

  it('says in the history who asked and what came back', async () => {
    await contracted();
    const wanted = { rollout: 'r1', migration: USERS_BIRTHDATE, batchTimeMs: 100, generation: 1 };
    await target.works.ensureJob({
      ...wanted,
      id: 'users-birthdate/restore',
      kind: 'restore',
      author: 'sam',
    });
    await target.run('restore');
    expect((await target.works.records.history()).at(-1)).toMatchObject({
      part: 'restore',
      author: 'sam',
      outcome: 'success',
      reason: 'brought back: column users.dob, view users_v1.users',
    });
  });
});
