import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import type { BulkSession, TargetSession } from '../../../src/engine/ports/target-database.ts';
import type { AddColumn } from '../../../src/core/schema-migration/operation.ts';
import {
  ADD_BIRTHDATE,
  APP_ROLE,
  USERS_BIRTHDATE,
  UsersTarget,
} from '../../support/users-target.ts';

const never = new AbortController().signal;

const expandOnce = (target: UsersTarget) => target.works.work('spec', 1_000, never);

describe('expand', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
    await target.admin.query(`INSERT INTO users (dob) VALUES ('1990-01-01')`);
  });
  afterEach(() => target.close());

  it('stalls nobody behind a long reader, names the reader, and lands when it has gone', async () => {
    const id = await target.ensure('expand');
    const [reader, bystander] = [await target.connect(), await target.connect()];
    await reader.query(`SET application_name = 'report'; BEGIN; SELECT * FROM users`);
    // Far more than a moment, which a busy machine may stretch; the reader stays for longer.
    await bystander.query(`SET lock_timeout = '1s'`);
    // Once the reader is old enough to be seen, we do not even queue.
    await bystander.query('SELECT pg_sleep(0.03)');
    let isReading = true;
    const reading = (async () => {
      while (isReading) await bystander.query('SELECT count(*) FROM users');
    })();
    for (let turn = 0; turn < 5; turn += 1) {
      await target.admin.query('UPDATE crossfade.job SET due_at = now()');
      expect(await expandOnce(target)).toBe(false);
    }
    isReading = false;
    await reading;
    expect((await target.job(id)).reason).toMatch(
      /^waits for a lock on users that report \(pid \d+\) holds, for \d+ s: .*SELECT \* FROM users/,
    );
    const versions = await bystander.query('SELECT dob FROM users_v1.users');
    expect(versions.rows).toEqual([{ dob: '1990-01-01' }]);
    await reader.query('ROLLBACK');
    expect(await target.run('expand')).toMatchObject({
      status: 'done',
      done: 1,
      total: 1,
      reason: expect.stringContaining('round trip: 1 row and'),
    });
  });

  it('gives a lock up when its holder came after the look', async () => {
    const id = await target.ensure('expand');
    const reader = await target.connect();
    const database = openTargetPostgres(target.url);
    // The reader begins between the look and the lock: the very moment that no look can cover.
    const racing = new RacingTarget(database, () => reader.query('BEGIN; SELECT * FROM users'));
    const works = new TargetWorks(racing, target.faults);
    expect(await works.work('spec', 1_000, never)).toBe(false);
    expect((await target.job(id)).reason).toBe('waits for a lock on users: somebody was quicker');
    await reader.query('ROLLBACK');
    await database.close();
    expect(await target.run('expand')).toMatchObject({ status: 'done' });
  });

  it.each(['expand.beforeCommit', 'expand.afterCommit'] as const)(
    'ends as if nothing had happened after a crash at every %s',
    async (point) => {
      for (let crash = 1; crash <= 3; crash += 1) {
        let reached = 0;
        target.faults.at = (one) => {
          reached += one === point ? 1 : 0;
          if (one === point && reached === crash) throw new Error('killed');
        };
        await target.ensure('expand');
        await expandOnce(target);
        await target.admin.query(
          `UPDATE crossfade.job SET status = 'pending', lease_until = NULL, due_at = now()`,
        );
      }
      target.faults.at = () => undefined;
      expect(await target.run('expand')).toMatchObject({ status: 'done' });
      const { rows } = await target.admin.query(
        `SELECT (SELECT count(*)::int FROM pg_trigger WHERE tgname LIKE 'zzz_crossfade_%') AS triggers,
           (SELECT count(*)::int FROM pg_proc WHERE proname ~ '^(sync|pair)_') AS functions`,
      );
      expect(rows).toEqual([{ triggers: 4, functions: 2 }]);
    },
  );

  it('keeps the views of the old version that the application uses already', async () => {
    await target.admin.query(
      `CREATE SCHEMA users_v1; CREATE VIEW users_v1.users AS SELECT id, upper(name) AS name, dob FROM public.users`,
    );
    await target.run('expand');
    const { fields } = await target.admin.query('SELECT * FROM users_v1.users');
    expect(fields.map(({ name }) => name)).toEqual(['id', 'name', 'dob']);
  });

  it('breaks no prepared SELECT * of the old version', async () => {
    const app = await target.application();
    await target.admin.query(
      `CREATE SCHEMA users_v1; GRANT USAGE ON SCHEMA users_v1 TO ${APP_ROLE};
       CREATE VIEW users_v1.users WITH (security_invoker) AS SELECT id, name, dob FROM users;
       GRANT SELECT ON users_v1.users TO ${APP_ROLE}`,
    );
    const query = { name: 'all', text: 'SELECT * FROM users_v1.users' };
    const before = await app.query(query);
    await target.run('expand');
    expect((await app.query(query)).rows).toEqual(before.rows);
  });

  it('copies rights to the views, those on single columns as well', async () => {
    await target.admin.query(
      `REVOKE ALL ON users FROM ${APP_ROLE}; GRANT SELECT, UPDATE (dob) ON users TO ${APP_ROLE}`,
    );
    await target.run('expand');
    const app = await target.application();
    await app.query(`UPDATE users_v2.users SET birthdate = '1991-01-01' WHERE id = 1`);
    expect(await target.row(1)).toEqual({ dob: '1991-01-01', birthdate: '1991-01-01' });
    await expect(app.query(`UPDATE users_v2.users SET email = 'e'`)).rejects.toThrow(
      'permission denied',
    );
    await expect(app.query('DELETE FROM users_v2.users')).rejects.toThrow('permission denied');
  });

  it.each<[string, Partial<AddColumn>, string]>([
    ['an up without meaning', { up: 'nowhere::date' }, 'column "nowhere" does not exist'],
    ['a down without meaning', { down: { dob: 'birthdate +' } }, 'syntax error'],
    [
      'a column that is there already',
      { column: 'email', up: 'dob', type: 'text', down: { dob: 'email' } },
      'exists already',
    ],
    ['a table that is not there', { table: 'people' }, 'There is no table public.people'],
    ['an unknown type', { type: 'datum' }, 'which the target does not know'],
  ])('fails by name for %s and leaves the table alone', async (_, change, reason) => {
    const operation: AddColumn = { ...ADD_BIRTHDATE, ...change };
    const state = await target.run('expand', { ...USERS_BIRTHDATE, operations: [operation] });
    expect(state).toMatchObject({ status: 'failed', reason: expect.stringContaining(reason) });
    const { fields } = await target.admin.query('SELECT * FROM users');
    expect(fields).toHaveLength(6);
  });

  it('lets any number of processes prepare a target at once', async () => {
    const crowd = Array.from(
      { length: 8 },
      () => new TargetWorks(openTargetPostgres(target.url), target.faults),
    );
    const prepared = await Promise.allSettled(crowd.map((works) => works.prepare()));
    await Promise.all(crowd.map((works) => works.close()));
    expect(prepared.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});

/** Passes everything on; right after the look for blockers somebody else is let in. */
class RacingTarget extends TargetDatabase {
  readonly #inner: TargetDatabase;
  readonly #meanwhile: () => Promise<unknown>;

  constructor(inner: TargetDatabase, meanwhile: () => Promise<unknown>) {
    super();
    this.#inner = inner;
    this.#meanwhile = meanwhile;
  }

  override async query<Row extends object>(sql: string, values?: readonly unknown[]) {
    const rows = await this.#inner.query<Row>(sql, values);
    if (sql.includes('pg_locks')) await this.#meanwhile();
    return rows;
  }

  override transaction<T>(work: (session: TargetSession) => Promise<T>): Promise<T> {
    return this.#inner.transaction(work);
  }

  override catalog(migration: SchemaMigration) {
    return this.#inner.catalog(migration);
  }

  override facts(migration: SchemaMigration | null, role: string | null) {
    return this.#inner.facts(migration, role);
  }

  override bulk<T>(
    work: (session: BulkSession) => Promise<T>,
    signal: AbortSignal,
    name?: string,
  ): Promise<T> {
    return this.#inner.bulk(work, signal, name);
  }

  override close(): Promise<void> {
    return this.#inner.close();
  }
}
