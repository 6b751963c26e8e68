import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { BackupStore } from '../../../src/engine/schema-migration/backup/backup-store.ts';
import { sweepBackups } from '../../../src/engine/schema-migration/backup/sweep-backups.ts';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { asFiles, BackedUpUsers, EXPAND } from '../../support/backed-up-users.ts';

let users: BackedUpUsers;

beforeEach(async () => {
  users = await BackedUpUsers.create();
});
afterEach(() => users.close());

const inTarget = { ...asFiles, to: 'target' } as const;
const admin = (sql: string, values: unknown[] = []) => users.target.admin.query(sql, values);

/** What a dead worker held is free when its leases end; this is when. */
const leasesEnd = () =>
  admin(`UPDATE crossfade.job SET lease_until = clock_timestamp(), due_at = clock_timestamp();
    UPDATE crossfade.backup SET lease_until = clock_timestamp() WHERE status = 'running'`);

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((tick) => setTimeout(tick, 5));
}

describe('kill -9 of the server in a backup', () => {
  it.each([
    ['files', 'backup.beforeTable'],
    ['files', 'backup.beforeSeal'],
    ['files', 'backup.afterSeal'],
    ['files', 'backup.beforeVerify'],
    ['target', 'backup.beforeTable'],
    ['target', 'backup.beforeSeal'],
    ['target', 'backup.afterSeal'],
  ] as const)('into %s, at %s, leaves nothing half done', async (to, point) => {
    const policy = to === 'files' ? asFiles : inTarget;
    await users.ask(policy);
    const worker = spawn(process.execPath, [
      resolve('test/fixtures/backup-worker.ts'),
      users.target.url,
      users.files.folder,
      point,
    ]);
    const [, signal] = (await once(worker, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect(await users.backup()).toMatchObject({ status: 'running', fence: '1' });
    expect(await users.isUntouched()).toBe(true);
    const held = await users.turn();
    expect(held).toMatchObject({ status: 'running' });
    await leasesEnd();
    expect(await users.expand(policy)).toMatchObject({ status: 'done' });
    expect(await users.backup()).toMatchObject({ status: 'verified', fence: '2' });
    expect(await users.folders()).toHaveLength(to === 'files' ? 1 : 0);
    expect((await users.folders()).join()).not.toContain('draft');
    const copies = await admin(`SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'crossfade_backup' AND c.relkind = 'r'`);
    expect(copies.rowCount).toBe(to === 'target' ? 1 : 0);
  });
});

describe('a backup among others', () => {
  /**
   * A backup that waits for somebody who changes the table. Preflight is over by then: it would have
   * waited for him as well.
   */
  async function waiting(): Promise<pg.Client> {
    await users.ask();
    await admin(`UPDATE crossfade.backup SET status = 'failed', retry_at = 'infinity'`);
    expect(await users.turn()).toMatchObject({ hold: 'backupFailed' });
    const holder = await users.target.connect();
    await holder.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    await admin('UPDATE crossfade.backup SET retry_at = NULL');
    await users.turn();
    await until(async () => (await waiters()).length === 1);
    return holder;
  }

  /** Sessions, by the server's numbers. */
  const waiters = async (): Promise<readonly unknown[]> => {
    const { rows } = await admin(`SELECT pid FROM pg_stat_activity
      WHERE application_name = 'crossfade backup' AND datname = current_database()
        AND wait_event_type = 'Lock'`);
    return rows.map(({ pid }: { pid: unknown }) => pid);
  };

  it('shows the tables as they were at one moment', async () => {
    const holder = await waiting();
    await holder.query(`INSERT INTO users (name) VALUES ('too late'); COMMIT`);
    expect(await users.expand()).toMatchObject({ status: 'done' });
    const [name = ''] = await users.folders();
    const text = await readFile(join(users.files.folder, name, '1-users.copy'), 'utf8');
    expect(text).not.toContain('too late');
  });

  it('lets a worker that wakes up late change nothing', async () => {
    const other = new TargetWorks(
      openTargetPostgres(users.target.url),
      users.target.faults,
      users.files,
    );
    await users.ask();
    await admin(`UPDATE crossfade.backup SET status = 'failed', retry_at = 'infinity'`);
    await other.work('other', 1_000, new AbortController().signal);
    const holder = await waiting();
    const [late] = await waiters();
    // A sign of life of the late one may come in between.
    await until(async () => {
      await leasesEnd();
      await other.work('other', 1_000, new AbortController().signal);
      return (await users.backup())['fence'] === '2';
    });
    await until(async () => (await waiters()).some((one) => one !== late));
    await holder.query('COMMIT');
    await until(async () => (await users.backup())['status'] === 'verified');
    await other.close();
    expect(await users.backup()).toMatchObject({ fence: '2' });
    expect(await users.expand()).toMatchObject({ status: 'done' });
    expect(await users.folders()).toHaveLength(1);
  });

  it('ends when nobody waits for it any more, and may begin again', async () => {
    const holder = await waiting();
    await users.works.revokeJob(EXPAND, 1);
    await until(async () => (await users.backup())['status'] === 'failed');
    await holder.query('COMMIT');
    expect(await users.backup()).toMatchObject({ reason: null });
    await until(async () => (await users.folders()).length === 0);
    await users.ask(asFiles, 2);
    expect(await users.expand()).toMatchObject({ status: 'done' });
  });

  it('is begun anew at once by the server that follows one which was stopped', async () => {
    const holder = await waiting();
    await users.reopen();
    await holder.query('COMMIT');
    expect(await users.backup()).toMatchObject({ status: 'failed', reason: null });
    expect(await users.expand()).toMatchObject({ status: 'done' });
  });
});

describe('the row of a backup', () => {
  it('belongs to whoever claimed it last', async () => {
    const database = openTargetPostgres(users.target.url);
    const store = new BackupStore(database);
    await users.ask();
    const late = await store.claim(EXPAND, 'a');
    if (late === null) throw new Error('nobody else is there');
    expect(await store.claim(EXPAND, 'b')).toBeNull();
    expect(await store.beat(late, 7)).toBe(true);
    expect(await users.backup()).toMatchObject({ bytes: 7 });
    await leasesEnd();
    expect(await store.claim(EXPAND, 'b')).toMatchObject({ fence: '2', policy: asFiles });
    const before = await users.backup();
    expect(await store.beat(late, 9)).toBe(false);
    const snapshot = { lsn: '0/1', at: '2026-01-01' };
    await store.taken(late, { tables: [], location: 'nowhere', snapshot, bytes: 9 });
    await store.done(late, 'verified');
    expect(await store.discard(late)).toBe(false);
    await store.failed(late, 'late');
    expect(await users.backup()).toEqual(before);
    await database.close();
  });
});

describe('the time of a backup', () => {
  const sweep = async (...living: readonly string[]): Promise<number> => {
    const database = openTargetPostgres(users.target.url);
    try {
      return await sweepBackups(database, users.files, living);
    } finally {
      await database.close();
    }
  };
  const timeIsOver = () => admin('UPDATE crossfade.backup SET expires_at = clock_timestamp()');

  it.each([['files', asFiles] as const, ['target', inTarget] as const])(
    'ends in %s, but never before its rollout has',
    async (_, policy) => {
      await users.expand(policy);
      expect(await sweep()).toBe(0);
      await timeIsOver();
      expect(await sweep('users-birthdate-1')).toBe(0);
      expect(await sweep('another')).toBe(1);
      expect(await sweep()).toBe(0);
      expect(await users.backup()).toMatchObject({ status: 'removed' });
      expect(await users.folders()).toEqual([]);
      const { rows } = await admin(`SELECT relname FROM pg_class c JOIN pg_namespace n
        ON n.oid = c.relnamespace WHERE n.nspname = 'crossfade_backup'`);
      expect(rows).toEqual([]);
    },
  );

  it('is counted by the machine that has the files', async () => {
    await users.expand();
    await timeIsOver();
    await admin(`UPDATE crossfade.backup SET host = 'elsewhere'`);
    expect(await sweep()).toBe(0);
    expect(await users.folders()).toHaveLength(1);
  });

  it('is of no concern on a target that Crossfade has not worked on', async () => {
    await admin('DROP SCHEMA crossfade CASCADE');
    expect(await sweep()).toBe(0);
  });
});
