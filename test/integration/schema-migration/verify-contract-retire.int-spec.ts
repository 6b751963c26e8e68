import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { USERS_TABLE, UsersTarget } from '../../support/users-target.ts';

describe('after the backfill', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create(
      USERS_TABLE.replace(
        'dob text',
        `dob text NOT NULL DEFAULT '1970-01-01' UNIQUE CHECK (length(dob) = 10)`,
      ),
    );
    await target.admin.query(
      `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 1200) n`,
    );
    await target.run('expand');
    await target.run('backfill');
  });
  afterEach(() => target.close());

  const secretly = async (sql: string): Promise<void> => {
    await target.admin.query(`BEGIN; SET LOCAL crossfade.sync = 'off'; ${sql}; COMMIT`);
  };

  describe('verify', () => {
    it('finds no difference where there is none', async () => {
      expect(await target.run('verify')).toMatchObject({
        status: 'done',
        done: 1200,
        total: 1200,
        differences: 0,
        quarantined: 0,
        reason: null,
      });
    });

    it('finds each planted difference and names it', async () => {
      await secretly(`UPDATE users SET birthdate = '1900-01-01' WHERE id IN (3, 800)`);
      await secretly('UPDATE users SET birthdate = NULL WHERE id = 900');
      expect(await target.run('verify')).toMatchObject({
        status: 'done',
        differences: 3,
        quarantined: 0,
        reason: '3 rows differ, among them users(3), users(800), users(900)',
      });
    });

    it('counts a row whose loss is recorded as quarantined, not as different', async () => {
      const app = await target.application();
      await app.query(`UPDATE users_v2.users SET birthdate = 'infinity' WHERE id = 4`);
      expect(await target.run('verify')).toMatchObject({ differences: 0, quarantined: 1 });
    });

    it('files rows that fail or do not come back and that nobody recorded, also once more', async () => {
      const verified = async () => {
        await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
        const { differences } = await target.run('verify');
        const kept = await target.quarantine();
        return [differences, ...kept.map(({ key, kind }) => `${key[0]} ${kind}`)];
      };
      const failing = `UPDATE users SET dob = 'not-a-date', birthdate = NULL WHERE id = 5`;
      await secretly(`UPDATE users SET dob = '1990/01/02', birthdate = '1990-01-02' WHERE id = 6`);
      expect(await verified()).toEqual([0, '6 loss']);
      await secretly(failing);
      expect(await verified()).toEqual([0, '5 error', '6 loss']);
      const app = await target.application();
      await app.query(`UPDATE users_v1.users SET dob = '1991-02-03' WHERE id = 5`);
      expect(await verified()).toEqual([0, '6 loss']);
      await secretly(failing);
      expect(await verified()).toEqual([0, '5 error', '6 loss']);
    });
  });

  describe('contract', () => {
    it('puts the old column aside and leaves the new version whole', async () => {
      const app = await target.application();
      expect(await target.run('contract')).toMatchObject({ status: 'done', reason: null });
      await app.query(`INSERT INTO users_v2.users (name, birthdate) VALUES ('late', '2000-01-01')`);
      await app.query(
        `INSERT INTO users_v2.users (name, birthdate) VALUES ('later', '2000-01-01')`,
      );
      await app.query(`UPDATE users_v2.users SET birthdate = '2001-01-01' WHERE id = 1`);
      const { rows } = await target.admin.query(
        `SELECT birthdate::text, _crossfade_${await operation()}_dob AS aside FROM users WHERE id = 1 OR name = 'late' ORDER BY id`,
      );
      expect(rows).toEqual([
        { birthdate: '2001-01-01', aside: '1950-01-02' },
        { birthdate: '2000-01-01', aside: null },
      ]);
    });

    it('tells whoever still reads or writes the old version', async () => {
      const app = await target.application();
      await target.run('contract');
      const statements = [
        'SELECT count(*) FROM users_v1.users',
        'SELECT name FROM users_v1.users WHERE id = 1',
        `INSERT INTO users_v1.users (dob) VALUES ('1990-01-01')`,
        `UPDATE users_v1.users SET dob = '1990-01-01' WHERE id = 1`,
        'DELETE FROM users_v1.users',
      ];
      for (const sql of statements) {
        await expect(app.query(sql)).rejects.toMatchObject({
          code: '55000',
          message: expect.stringContaining(
            'users_v1.users is gone: schema migration users-birthdate has been completed on 20',
          ),
          hint: expect.stringContaining(
            'This code is older than the database. Use users_v2.users, the new version.',
          ),
        });
      }
    });

    it('leaves no trigger and no function behind, and writes down what the column was', async () => {
      await target.run('contract');
      const { rows } = await target.admin.query(
        `SELECT (SELECT count(*)::int FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade_%') AS triggers,
           (SELECT count(*)::int FROM pg_proc WHERE proname ~ '^(sync|pair)_') AS functions,
           (SELECT definition ->> 'default' FROM crossfade.trash) AS default,
           (SELECT jsonb_array_length(definition -> 'constraints') FROM crossfade.trash) AS constraints`,
      );
      expect(rows).toEqual([
        { triggers: 0, functions: 0, default: `'1970-01-01'::text`, constraints: 2 },
      ]);
    });

    it('refuses while rows are in quarantine', async () => {
      const app = await target.application();
      await app.query(`UPDATE users_v2.users SET birthdate = 'infinity' WHERE id = 4`);
      const state = await target.run('contract');
      expect(state).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('1 rows of users-birthdate are in quarantine'),
      });
      await app.query('SELECT dob FROM users_v1.users LIMIT 1');
    });

    it('leaves nothing to expand, fill or verify', async () => {
      await target.run('contract');
      await target.admin.query(`DELETE FROM crossfade.job`);
      expect(await target.run('expand')).toMatchObject({ status: 'done' });
      expect(await target.run('backfill')).toMatchObject({ status: 'done' });
      expect(await target.run('verify')).toMatchObject({ status: 'done', differences: 0 });
      const app = await target.application();
      await expect(app.query('SELECT * FROM users_v1.users')).rejects.toThrow('is gone');
    });
  });

  describe('retire', () => {
    it('puts the new shape aside after a rollback and drops no value', async () => {
      const app = await target.application();
      await app.query(`UPDATE users_v2.users SET birthdate = '2001-01-01' WHERE id = 1`);
      await app.query(`UPDATE users_v2.users SET birthdate = 'infinity' WHERE id = 2`);
      expect(await target.run('retire')).toMatchObject({ status: 'done', quarantined: 0 });
      expect(await target.quarantine()).toEqual([]);
      expect((await app.query('SELECT dob FROM users_v1.users WHERE id = 1')).rows).toEqual([
        { dob: '2001-01-01' },
      ]);
      await app.query(`UPDATE users_v1.users SET dob = '2002-02-02' WHERE id = 1`);
      const { rows } = await target.admin.query(
        `SELECT _crossfade_${await operation()}_birthdate::text AS aside FROM users WHERE id = 1`,
      );
      expect(rows).toEqual([{ aside: '2001-01-01' }]);
      await expect(app.query('SELECT * FROM users_v2.users')).rejects.toThrow('does not exist');
    });

    it('can be followed by another attempt, and that one be retired as well', async () => {
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        await target.run('retire');
        await target.admin.query('DELETE FROM crossfade.job');
        expect(await target.run('expand')).toMatchObject({ status: 'done' });
        expect(await target.run('backfill')).toMatchObject({ status: 'done' });
        expect(await target.run('verify')).toMatchObject({ differences: 0 });
      }
      expect((await target.admin.query('SELECT 1 FROM crossfade.trash')).rows).toHaveLength(2);
    });
  });

  describe.each(['contract', 'retire'] as const)('%s', (kind) => {
    it.each([
      ['beforeStatement', 2],
      ['beforeStatement', 6],
      ['beforeCommit', 1],
      ['afterCommit', 1],
    ] as const)(
      'happens once, whole, across a crash at %s, passed %i times',
      async (place, passing) => {
        let passed = 0;
        target.faults.at = (point) => {
          passed += point === `${kind}.${place}` ? 1 : 0;
          if (passed === passing) throw new Error('killed');
        };
        await target.ensure(kind);
        await target.works.work('spec', 60_000, new AbortController().signal);
        expect(passed).toBe(passing);
        target.faults.at = () => undefined;
        await target.admin.query(
          `UPDATE crossfade.job SET status = 'pending', lease_until = NULL WHERE kind = '${kind}'`,
        );
        expect(await target.run(kind)).toMatchObject({ status: 'done' });
        const { rows } = await target.admin.query('SELECT count(*)::int AS n FROM crossfade.trash');
        expect(rows).toEqual([{ n: 1 }]);
      },
    );
  });

  it.each([
    ['contract', 'users_v1', 'is gone'],
    ['retire', 'users_v2', 'does not exist'],
  ] as const)('%s is not kept from it by who comes to %s meanwhile', async (kind, version, end) => {
    const app = await target.application();
    // Behind its locks it stands still, once, until somebody waits for one of them.
    await target.admin.query(
      `CREATE SEQUENCE stops;
       CREATE FUNCTION until_somebody_waits() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
         IF nextval('public.stops') > 1 THEN RETURN; END IF;
         WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database =
           (SELECT oid FROM pg_database WHERE datname = current_database())) LOOP PERFORM pg_sleep(0.001); END LOOP;
       END $$;
       CREATE EVENT TRIGGER until_somebody_waits ON ddl_command_start WHEN TAG IN ('DROP TRIGGER')
         EXECUTE FUNCTION until_somebody_waits()`,
    );
    let told: Promise<unknown> | undefined;
    let statements = 0;
    target.faults.at = (point) => {
      statements += point === `${kind}.beforeStatement` ? 1 : 0;
      if (statements !== 2) return;
      told ??= app.query(`SELECT FROM ${version}.users`).catch((fault: unknown) => fault);
    };
    expect(await target.run(kind)).toMatchObject({ status: 'done' });
    expect(await told).toMatchObject({ message: expect.stringContaining(end) });
  });

  /** Eight hex digits out of a trigger's name or, where there is none, of a trashed column's. */
  async function operation(): Promise<string> {
    const { rows } = await target.admin.query<{ operation: string }>(
      'SELECT operation FROM crossfade.trash',
    );
    return rows[0]?.operation ?? '';
  }
});

describe('a route row', () => {
  let target: UsersTarget;
  beforeEach(async () => {
    target = await UsersTarget.create();
  });
  afterEach(() => target.close());

  it('is read back as written and never goes back to an older revision', async () => {
    const row = { migration: 'm', revision: 5, kill: false, safeSide: 'old' } as const;
    expect(await target.works.readRoute('m')).toBeNull();
    await target.works.writeRoute(row);
    await target.works.writeRoute({ ...row, revision: 4, kill: true });
    expect(await target.works.readRoute('m')).toEqual(row);
    await target.works.writeRoute({ ...row, revision: 6, kill: true, safeSide: 'new' });
    expect(await target.works.readRoute('m')).toEqual({
      ...row,
      revision: 6,
      kill: true,
      safeSide: 'new',
    });
  });

  it('shows how long the oldest transaction is open', async () => {
    const open = await target.connect();
    await open.query('BEGIN; SELECT pg_sleep(0.02)');
    const health = await target.works.health();
    expect(health.longestTransactionMs).toBeGreaterThanOrEqual(20);
    expect(health.lockWaitMs).toBe(0);
  });
});
