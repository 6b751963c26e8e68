import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

let target: UsersTarget;

beforeEach(async () => {
  target = await UsersTarget.create();
});
afterEach(() => target.close());

const triggers = async (): Promise<readonly string[]> => {
  const { rows } = await target.admin.query<{ name: string }>(
    'SELECT evtname AS name FROM pg_event_trigger ORDER BY 1',
  );
  return rows.map(({ name }) => name);
};

const expectPasses = (sql: string): Promise<void> =>
  expect(target.admin.query(sql)).resolves.toBeDefined();

const raised = ['crossfade_guard_ddl', 'crossfade_guard_drop', 'crossfade_guard_start'];

describe('the guard over what a living rollout owns', () => {
  it.each([
    ['ALTER TABLE users DROP COLUMN birthdate CASCADE', 'public.users'],
    ['ALTER TABLE users RENAME COLUMN birthdate TO born', 'public.users.birthdate'],
    ['ALTER TABLE users DROP COLUMN dob CASCADE', 'public.users'],
    ['DROP TABLE users CASCADE', 'table public.users'],
    ['ALTER TABLE users RENAME TO people', 'table public.users'],
    ['ALTER TABLE users SET SCHEMA crossfade_trash', 'table public.users'],
    ['DROP VIEW users_v2.users', 'view users_v2.users'],
    [
      'CREATE OR REPLACE VIEW users_v2.users AS SELECT * FROM users_v2.users WHERE false',
      'view users_v2.users',
    ],
    ['ALTER VIEW users_v1.users RENAME TO people', 'view users_v1.users'],
    ['DROP SCHEMA users_v1 CASCADE', 'users_v1'],
    ['DROP TABLE crossfade.job CASCADE', 'table crossfade.job'],
    // Both would take the guard itself along.
    ['DROP SCHEMA IF EXISTS other, "crossfade" CASCADE', 'crossfade'],
    ['DROP FUNCTION crossfade.guard() CASCADE', 'crossfade'],
    ['ALTER TABLE users DISABLE TRIGGER ALL', 'trigger zzz_crossfade'],
  ])('refuses %s, and nothing has changed', async (sql, named) => {
    await target.run('expand');
    const before = await target.works.records.drift();
    const refusal = await target.admin.query(sql).then(
      () => null,
      (fault: Error & { code: string; hint: string }) => fault,
    );
    expect(refusal).toMatchObject({
      code: '55006',
      message: expect.stringContaining(
        'belongs to schema migration users-birthdate, whose rollout lives',
      ),
      hint: expect.stringContaining('roll it back'),
    });
    expect(refusal?.message).toContain(named);
    expect(await target.works.records.drift()).toEqual(before);
    expect(await target.run('backfill')).toMatchObject({ status: 'done' });
  });

  it.each([
    'CREATE TABLE other (id int PRIMARY KEY); ALTER TABLE other ADD COLUMN x text; DROP TABLE other',
    'ALTER TABLE users ADD COLUMN note text; ALTER TABLE users DROP COLUMN note',
    'ALTER TABLE users ALTER COLUMN name SET DEFAULT 1',
    'CREATE INDEX CONCURRENTLY users_name ON users (name)',
    'CREATE TEMP TABLE t (id int); DROP TABLE t',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; DROP FUNCTION f()',
    'CREATE SCHEMA crossfade_old; CREATE VIEW crossfade_old.v AS SELECT 1 AS x; DROP SCHEMA crossfade_old CASCADE',
    'GRANT SELECT ON users TO PUBLIC',
    `COMMENT ON TABLE users IS 'people'`,
    'VACUUM users',
    'REINDEX TABLE users',
  ])('lets %s pass', async (sql) => {
    await target.run('expand');
    await expectPasses(sql);
  });

  it('stands from expand to contract, and leaves nothing behind', async () => {
    expect(await triggers()).toEqual([]);
    await target.run('expand');
    expect(await triggers()).toEqual(raised);
    await target.run('backfill');
    await target.run('contract');
    expect(await triggers()).toEqual([]);
    await expectPasses('DROP SCHEMA users_v1 CASCADE');
  });

  it('is gone after retire as well', async () => {
    await target.run('expand');
    await target.run('retire');
    expect(await triggers()).toEqual([]);
  });

  it('is set right at the next start when a crash came in between', async () => {
    await target.run('expand');
    await target.admin.query(`SET crossfade.own = 'on'; DROP EVENT TRIGGER crossfade_guard_ddl;
      DROP EVENT TRIGGER crossfade_guard_drop; TRUNCATE crossfade.guarded; RESET crossfade.own`);
    await target.works.prepare();
    await expect(
      target.admin.query('ALTER TABLE users DROP COLUMN birthdate CASCADE'),
    ).rejects.toThrow('belongs to schema migration');
  });

  it('stops nobody when it is broken itself', async () => {
    await target.run('expand');
    await target.admin.query(`SET crossfade.own = 'on';
      ALTER TABLE crossfade.guarded RENAME COLUMN objid TO broken; RESET crossfade.own`);
    await expectPasses('CREATE TABLE other (id int); DROP TABLE other');
    await expectPasses('ALTER TABLE users DROP COLUMN birthdate CASCADE');
  });

  it('waits for nobody who has locked its table', async () => {
    await target.run('expand');
    const holder = await target.connect();
    await holder.query('BEGIN; LOCK TABLE crossfade.guarded IN ACCESS EXCLUSIVE MODE');
    await expectPasses('CREATE TABLE other (id int); DROP TABLE other');
    await holder.query('ROLLBACK');
  });

  it('refuses a role that has no right on schema crossfade', async () => {
    await target.run('expand');
    await target.admin.query(`DO $$ BEGIN CREATE ROLE crossfade_test_owner; EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL; END $$;
      GRANT CREATE, USAGE ON SCHEMA public TO crossfade_test_owner;
      SET crossfade.own = 'on'; ALTER TABLE users OWNER TO crossfade_test_owner; RESET crossfade.own`);
    const owner = await target.connect();
    await owner.query('SET ROLE crossfade_test_owner');
    await owner.query('CREATE TABLE mine (id int)');
    await owner.query('DROP TABLE mine');
    await expect(owner.query('ALTER TABLE users RENAME COLUMN birthdate TO b')).rejects.toThrow(
      'belongs to schema migration users-birthdate',
    );
  });
});

describe('a role that may not create event triggers', () => {
  it('goes on without the guard, and is told so', async () => {
    const { admin, url } = target;
    await admin.query(`DO $$ BEGIN CREATE ROLE crossfade_test_plain LOGIN PASSWORD 'plain'; EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL; END $$;
      DROP SCHEMA crossfade CASCADE; DROP SCHEMA crossfade_trash CASCADE;
      ALTER TABLE users OWNER TO crossfade_test_plain;
      GRANT CREATE ON SCHEMA public TO crossfade_test_plain;
      GRANT pg_read_all_stats TO crossfade_test_plain`);
    await admin.query(
      `GRANT CREATE ON DATABASE "${new URL(url).pathname.slice(1)}" TO crossfade_test_plain`,
    );
    const plain = new URL(url);
    [plain.username, plain.password] = ['crossfade_test_plain', 'plain'];
    const works = new TargetWorks(openTargetPostgres(plain.href), target.faults);
    await works.prepare();
    expect(works.records.guardFinding).toBeNull();
    const spec = { rollout: 'r1', batchTimeMs: 100, generation: 1 } as const;
    await works.ensureJob({ ...spec, id: 'e', kind: 'expand', migration: USERS_BIRTHDATE });
    while (await works.work('spec', 1_000, new AbortController().signal));
    expect(await works.jobs('r1')).toMatchObject([{ status: 'done' }]);
    expect(works.records.guardFinding).toContain('the role may not create event triggers');
    expect(await triggers()).toEqual([]);
    await admin.query('ALTER TABLE users DROP COLUMN birthdate CASCADE');
    expect((await works.records.drift())[0]?.changes).toContainEqual(
      expect.stringContaining('column public.users.birthdate was removed'),
    );
    await works.close();
  });
});
