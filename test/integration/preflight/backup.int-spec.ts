import { writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { asFiles, BackedUpUsers } from '../../support/backed-up-users.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';

let debian: DebianPostgres;
let users: BackedUpUsers;

beforeAll(async () => {
  debian = await startDebianPostgres();
});
afterAll(() => debian.close());
afterEach(() => users.close());

const inTarget = { ...asFiles, to: 'target' } as const;

/** Values that do not survive every way through text, and a column that is not saved. */
const ODD = `CREATE TYPE mood AS ENUM ('good'); CREATE DOMAIN label AS text CHECK (value <> 'x');
  ALTER TABLE users ADD a float8 DEFAULT 1e-300, ADD b timestamptz DEFAULT 'infinity', ADD c bytea
    DEFAULT '\\x00ff', ADD d json DEFAULT '{"b": 1,  "a":2}', ADD e text[] DEFAULT '{a,NULL,"b,c"}',
    ADD f numeric DEFAULT 'NaN', ADD g mood DEFAULT 'good', ADD h label, ADD i interval DEFAULT '1 mon -3 days',
    ADD j date DEFAULT '0044-03-15 BC', ADD k money DEFAULT 12.34, ADD l point DEFAULT '(1,2)',
    ADD m text GENERATED ALWAYS AS (upper(name)) STORED`;

describe.each(['newest', 'debian'])('a backup on the %s PostgreSQL', (which) => {
  beforeEach(async () => {
    users = await BackedUpUsers.create(which === 'debian' ? debian.url : undefined);
    await users.target.admin.query(ODD);
  });

  it('is written, restored and compared as files before anything is created', async () => {
    await users.ask();
    const first = await users.turn();
    expect(first).toMatchObject({ status: 'running', hold: 'backup' });
    expect(first.reason).toBe('backup of users before anything is created');
    expect(await users.isUntouched()).toBe(true);
    expect(await users.expand()).toMatchObject({ status: 'done' });

    const [name = ''] = await users.folders();
    const row = await users.backup();
    const file = join(users.files.folder, name, '1-users.copy');
    const { size, mode } = await stat(file);
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(users.files.folder, name))).mode & 0o777).toBe(0o700);
    expect(row).toMatchObject({ status: 'verified', bytes: size, reason: null });
    expect(row['location']).toBe(`${users.files.host}:${join(users.files.folder, name)}`);
    const manifest = await readFile(join(users.files.folder, name, 'manifest.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({
      migration: 'users-birthdate',
      snapshot: { lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) },
      tables: [
        {
          schema: 'public',
          table: 'users',
          columns: expect.not.arrayContaining(['m', 'birthdate']),
          rows: '2002',
          file: {
            name: '1-users.copy',
            bytes: size,
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
        },
      ],
    });
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(2003);
  });

  it('is copied and compared within the target, where applications cannot read it', async () => {
    expect(await users.expand(inTarget)).toMatchObject({ status: 'done' });
    expect(await users.backup()).toMatchObject({
      status: 'verified',
      location: 'crossfade_backup',
    });
    expect(await users.folders()).toEqual([]);
    const { rows } = await users.target.admin.query<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n
         ON n.oid = c.relnamespace WHERE n.nspname = 'crossfade_backup' AND c.relkind = 'r'`,
    );
    const [copy] = rows;
    const app = await users.target.application();
    await expect(app.query(`SELECT FROM ${copy?.name}`)).rejects.toThrow('permission denied');
    const same = await users.target.admin.query(
      `SELECT name, dob, d::text, m FROM users EXCEPT ALL SELECT name, dob, d::text, upper(name) FROM ${copy?.name}`,
    );
    expect(same.rows).toEqual([]);
  });
});

describe('a backup that cannot be had', () => {
  beforeEach(async () => {
    users = await BackedUpUsers.create();
  });

  it('holds when what was written does not agree with the table, and begins anew', async () => {
    users.target.faults.at = (point) => {
      if (point !== 'backup.beforeVerify') return;
      const file = join(users.files.folder, users.namesNow()[0] ?? '', '1-users.copy');
      writeFileSync(file, '7\tacme\tMallory\t\\N\t\\N\t2000-01-01\n', { flag: 'a' });
    };
    const held = await users.expand();
    expect(held).toMatchObject({ status: 'running', hold: 'backupFailed' });
    expect(held.reason).toMatch(
      /^the backup failed: The backup of public.users does not agree with the table: 2003 rows .* of 2002 rows/,
    );
    expect(await users.isUntouched()).toBe(true);
    expect(await users.folders()).toEqual([]);
    users.target.faults.at = () => undefined;
    await users.target.admin.query('UPDATE crossfade.backup SET retry_at = clock_timestamp()');
    expect(await users.expand()).toMatchObject({ status: 'done' });
    expect(await users.folders()).toHaveLength(1);
  });

  it('never tells a value', async () => {
    users.target.faults.at = (point) => {
      if (point !== 'backup.beforeVerify') return;
      const file = join(users.files.folder, users.namesNow()[0] ?? '', '1-users.copy');
      writeFileSync(file, 'secret\n');
    };
    const { reason } = await users.expand();
    expect(reason).toBe('the backup failed: The target refused a row (SQLSTATE 22P02).');
  });

  it('stops at the most that the policy allows, also where the tables looked smaller', async () => {
    await users.target.admin.query(
      `INSERT INTO users (name) SELECT repeat('x', 1000000) FROM generate_series(1, 20)`,
    );
    const held = await users.expand({ ...asFiles, atMostBytes: 2 * 1024 ** 2 });
    expect(held.reason).toBe(
      'the backup failed: The backup is larger than 2.0 MB, the most that the policy allows; raise backup.atMost.',
    );
    expect(await users.folders()).toEqual([]);
    expect(await users.isUntouched()).toBe(true);
  });

  it('says that it failed only when nothing of it is left, for whoever begins anew', async () => {
    const remove = users.files.remove.bind(users.files);
    const statuses: unknown[] = [];
    users.files.remove = async (id) => {
      const { status } = await users.backup();
      statuses.push(status);
      await remove(id);
    };
    await users.target.admin.query(
      `INSERT INTO users (name) SELECT repeat('x', 1000000) FROM generate_series(1, 20)`,
    );
    await users.expand({ ...asFiles, atMostBytes: 2 * 1024 ** 2 });
    expect(statuses).toEqual(['running']);
  });

  it('is refused beforehand where it cannot fit', async () => {
    expect(await users.expand({ ...asFiles, atMostBytes: 1024 })).toMatchObject({
      hold: 'preflight:backup',
      reason: expect.stringMatching(/takes about \d+ kB, and the policy allows 1.0 kB/),
    });
    expect(await users.folders()).toEqual([]);
  });

  it('is refused beforehand where the server keeps no files', async () => {
    const { target } = users;
    await users.ask();
    const works = new TargetWorks(openTargetPostgres(target.url), target.faults);
    await works.work('spec', 1_000, new AbortController().signal);
    await works.close();
    expect(await users.job()).toMatchObject({
      hold: 'preflight:backup',
      reason: expect.stringContaining('this server keeps no files'),
    });
  });
});
