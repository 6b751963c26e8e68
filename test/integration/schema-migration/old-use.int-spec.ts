import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import { APP_ROLE, USERS_BIRTHDATE, USERS_TABLE, UsersTarget } from '../../support/users-target.ts';

const NOW = 1_000_000;

describe('who is on the old version of a target', () => {
  let target: UsersTarget;
  const open: pg.Client[] = [];

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.run('expand');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.end()));
    await target.close();
  });

  async function application(name: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: target.url, application_name: name });
    await client.connect();
    open.push(client);
    return client;
  }

  const look = async (since: number | null) =>
    target.works.records.oldUse(USERS_BIRTHDATE, { now: NOW, since });
  const since = async (): Promise<number> => (await look(null)).since;

  it('is told by the statements of open connections, by application', async () => {
    const begun = await since();
    const [web, worker, next] = await Promise.all(
      ['web', 'worker', 'next'].map((name) => application(name)),
    );
    await web?.query('SELECT dob\n  FROM users_v1.users WHERE id = $1', [1]);
    await worker?.query(`UPDATE "users_v1" . users SET dob = '1815-12-10' WHERE id = 1`);
    await next?.query('SELECT birthdate FROM users_v2.users; SELECT 1 AS old_users_v1');
    const { users } = await look(begun);
    expect(users.map((one) => one.application)).toEqual(['web', 'worker']);
    expect(users[0]).toMatchObject({
      role: expect.stringMatching(/./),
      example: 'SELECT dob FROM users_v1.users WHERE id = $1',
    });
    expect(users[0]?.seenAt).toBeLessThanOrEqual(NOW);
  });

  it('is told by locks where a search path leads to the old version', async () => {
    const begun = await since();
    const worker = await application('worker');
    await worker.query('SET search_path = users_v1');
    await worker.query('BEGIN');
    await worker.query('SELECT count(*) FROM users');
    expect((await look(begun)).users).toMatchObject([
      { application: 'worker', example: 'SELECT count(*) FROM users' },
    ]);
    await worker.query('COMMIT');
    expect((await look(begun)).users).toEqual([]);
  });

  it('is nobody who was there before the first look, or is one of ours', async () => {
    const web = await application('web');
    await web.query('SELECT dob FROM users_v1.users');
    const ours = await application('crossfade backfill');
    const begun = await since();
    await ours.query('SELECT dob FROM users_v1.users');
    expect(await look(begun)).toEqual({ since: begun, users: [] });
  });
});

describe('who is on the old version where the server counts statements', () => {
  let server: DebianPostgres;
  let target: UsersTarget;

  beforeAll(async () => {
    server = await startDebianPostgres({ shared_preload_libraries: 'pg_stat_statements' });
    target = await UsersTarget.create(USERS_TABLE, server.url);
    await target.admin.query('CREATE EXTENSION pg_stat_statements');
    await target.run('expand');
  });
  afterAll(async () => {
    await target.close();
    await server.close();
  });

  it('is told also when it came and went between two looks, with its calls', async () => {
    const first = await target.works.records.oldUse(USERS_BIRTHDATE, { now: NOW, since: null });
    const app = await target.application();
    for (const id of [1, 2, 3]) {
      await app.query('SELECT dob FROM users_v1.users WHERE id = $1', [id]);
    }
    await app.query('SELECT birthdate FROM users_v2.users');
    const look = { now: NOW, since: first.since, counted: first.counted };
    const second = await target.works.records.oldUse(USERS_BIRTHDATE, look);
    expect(second.users).toEqual([
      {
        application: '',
        role: APP_ROLE,
        seenAt: NOW,
        calls: 3,
        example: 'SELECT dob FROM users_v1.users WHERE id = $1',
      },
    ]);
    const later = { ...look, counted: second.counted };
    expect((await target.works.records.oldUse(USERS_BIRTHDATE, later)).users).toEqual([]);
  });
});
