import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import {
  type EmitTool,
  emittedFile,
} from '../../../src/core/schema-migration/emit/emitted-file.ts';
import type { EmittedPart } from '../../../src/core/schema-migration/emit/tried-migration.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { shownMigration } from '../../support/operation-examples.ts';
import { relationsOf } from '../../support/relations-of.ts';
import { APP_ROLE, USERS_BIRTHDATE, USERS_TABLE, UsersTarget } from '../../support/users-target.ts';

const rows = `INSERT INTO users (name, dob) SELECT 'u' || n, CASE WHEN n % 7 > 0
  THEN to_char(date '1950-01-01' + n, 'YYYY-MM-DD') END FROM generate_series(1, 500) n`;
const at = 1_795_219_200_000;

/** A database of the team's own, which Crossfade has never seen. */
let database: TestDatabase;
let client: pg.Client;
/** The same table on a target of Crossfade. */
let target: UsersTarget;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-emit-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  target = await UsersTarget.create();
  await target.admin.query(rows);
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `${USERS_TABLE}; GRANT SELECT, INSERT, UPDATE, DELETE ON users TO ${APP_ROLE}; ${rows}`,
  );
});
afterEach(async () => {
  await client.end();
  await database.drop();
  await target.close();
});

async function emitted(tool: EmitTool, part: EmittedPart = 'all') {
  const tried = await target.works.tried(USERS_BIRTHDATE);
  const checksum = '0123456789ab';
  return emittedFile({ migration: USERS_BIRTHDATE, checksum, tried, part, tool }, at);
}

/** All parts as Crossfade carries them out. */
async function carryOut(
  parts = ['expand', 'backfill', 'verify', 'contract'] as const,
): Promise<void> {
  for (const kind of parts) expect(await target.run(kind)).toMatchObject({ status: 'done' });
}

const filled = 'SELECT count(birthdate)::int AS n FROM users_v2.users';

describe('a migration written as SQL', () => {
  it('leaves exactly what Crossfade leaves', async () => {
    const { name, text } = await emitted('sql');
    expect(name).toBe('users-birthdate.sql');
    await client.query(text);
    await carryOut();
    expect(await relationsOf(client)).toEqual(await relationsOf(target.admin));
    expect((await client.query(filled)).rows).toEqual((await target.admin.query(filled)).rows);
    await expect(client.query('SELECT 1 FROM users_v1.users')).rejects.toThrow(
      'users_v1.users is gone',
    );
  });

  it('is noted in the history, and does nothing the second time', async () => {
    const { text } = await emitted('sql');
    await client.query(text);
    const before = await relationsOf(client);
    await client.query(text);
    expect(await relationsOf(client)).toEqual(before);
    const history = await client.query(
      'SELECT migration, version_to, checksum, author, rollout, part, tables, outcome FROM crossfade.history',
    );
    expect(history.rows).toEqual([
      {
        migration: 'users-birthdate',
        version_to: 'users_v2',
        checksum: '0123456789ab',
        author: `sql as ${new URL(database.url).username}`,
        rollout: 'direct',
        part: 'direct',
        tables: ['users'],
        outcome: 'success',
      },
    ]);
  });

  it('does the two halves one after the other, with both sides in step in between', async () => {
    const [expand, contract] = [await emitted('sql', 'expand'), await emitted('sql', 'contract')];
    await client.query(expand.text);
    await client.query(`UPDATE users_v1.users SET dob = '2001-02-03' WHERE id = 1`);
    await client.query(`UPDATE users_v2.users SET birthdate = '2004-05-06' WHERE id = 2`);
    const { rows: both } = await client.query(
      'SELECT dob, birthdate::text FROM users WHERE id < 3 ORDER BY id',
    );
    expect(both).toEqual([
      { dob: '2001-02-03', birthdate: '2001-02-03' },
      { dob: '2004-05-06', birthdate: '2004-05-06' },
    ]);
    await client.query(contract.text);
    await carryOut();
    expect(await relationsOf(client)).toEqual(await relationsOf(target.admin));
  });

  it.each([[['expand']], [['expand', 'backfill', 'verify', 'contract']]] as const)(
    'does nothing where Crossfade has done %j',
    async (parts) => {
      const text = (await emitted('sql')).text;
      for (const kind of parts) await target.run(kind);
      const before = [await relationsOf(target.admin), await target.works.records.history()];
      const notices: (string | undefined)[] = [];
      target.admin.on('notice', ({ message }) => notices.push(message));
      await target.admin.query(text);
      expect([await relationsOf(target.admin), await target.works.records.history()]).toEqual(
        before,
      );
      expect(notices).toContain('nothing to do: Crossfade carries out users-birthdate here');
    },
  );

  it('does nothing on a protected target, although nothing was carried out there yet', async () => {
    const text = (await emitted('sql')).text;
    await target.works.prepare(true);
    const before = await relationsOf(target.admin);
    await target.admin.query(text);
    expect(await relationsOf(target.admin)).toEqual(before);
    await target.works.prepare();
    await target.admin.query(text);
    expect(await relationsOf(target.admin)).toEqual(before);
    await target.works.prepare(false);
    await target.admin.query(text);
    expect((await target.works.records.history()).map(({ part }) => part)).toEqual(['direct']);
  });

  it('does nothing for a role without any right on the schema, and leaves its settings alone', async () => {
    const text = (await emitted('sql')).text;
    await target.run('expand');
    await target.admin.query(`GRANT USAGE ON SCHEMA crossfade TO ${APP_ROLE}`);
    const app = await target.application();
    await app.query(`BEGIN; SET LOCAL search_path = users_v1; SET LOCAL "TimeZone" = 'Asia/Tokyo'`);
    await app.query(text);
    const { rows: settings } = await app.query(
      `SELECT current_setting('search_path') AS path, current_setting('TimeZone') AS zone`,
    );
    expect(settings).toEqual([{ path: 'users_v1', zone: 'Asia/Tokyo' }]);
  });

  it('leaves no trace when a row cannot be converted', async () => {
    await client.query(`UPDATE users SET dob = 'soon' WHERE id = 9`);
    const before = await relationsOf(client);
    await expect(client.query((await emitted('sql')).text)).rejects.toThrow('soon');
    expect(await relationsOf(client)).toEqual(before);
  });

  it('stops where a value would not come back', async () => {
    await client.query(`UPDATE users SET dob = '1951-1-1' WHERE id IN (9, 10)`);
    await expect(client.query((await emitted('sql')).text)).rejects.toThrow(
      'rows of users.birthdate would not come back or differ: 2',
    );
  });

  it('gives rights only to roles that the server has', async () => {
    await target.admin.query(
      `CREATE ROLE crossfade_test_guest; GRANT SELECT ON users TO crossfade_test_guest`,
    );
    const { text } = await emitted('sql');
    await target.admin.query('DROP OWNED BY crossfade_test_guest; DROP ROLE crossfade_test_guest');
    await client.query(text);
    const { rows: granted } = await client.query(
      `SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_schema = 'users_v2' ORDER BY 1`,
    );
    expect(granted).toContainEqual({ grantee: APP_ROLE });
  });

  it('is refused where there is nothing left to try', async () => {
    await carryOut();
    await expect(emitted('sql')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('name a target in the old shape'),
    });
  });

  it('leaves nothing behind where it was tried', async () => {
    const before = await relationsOf(target.admin);
    await emitted('sql');
    expect(await relationsOf(target.admin)).toEqual(before);
  });

  it.each([
    '- createIndex: { table: logs, name: by_day, columns: [day] }',
    `- addForeignKey: { table: logs, name: days, columns: [day], references: { table: days, columns: [day] } }
- sql: { tables: [logs], expand: ALTER TABLE logs ADD a int, down: ALTER TABLE logs DROP a }`,
  ])('does nothing where a table has other partitions: %s', async (operations) => {
    const logs = `CREATE TABLE days (day date PRIMARY KEY);
      CREATE TABLE logs (day date PRIMARY KEY) PARTITION BY RANGE (day); CREATE TABLE logs_rest PARTITION OF logs DEFAULT;`;
    await target.admin.query(logs);
    const more = `CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`;
    await client.query(`${logs} ${more}`);
    const before = await relationsOf(client);
    const migration = shownMigration(operations);
    const tried = await target.works.tried(migration);
    const { text } = emittedFile({ migration, checksum: '0', tried, part: 'all', tool: 'sql' }, at);
    const message = 'public.logs has partitions here that it had not';
    await expect(client.query(text)).rejects.toThrow(message);
    expect(await relationsOf(client)).toEqual(before);
  });
});

describe('a migration written for Flyway', () => {
  it('has a name that Flyway takes, and is the same SQL', async () => {
    const { name, text } = await emitted('flyway', 'expand');
    expect(name).toBe('V1795219200000__users_birthdate_expand.sql');
    expect(text).toBe(
      (await emitted('sql', 'expand')).text.replaceAll("'sql as '", "'flyway as '"),
    );
  });

  it('is refused where Flyway would fill in a placeholder', async () => {
    const tried = await target.works.tried(USERS_BIRTHDATE);
    const odd = { ...tried, expand: [...tried.expand, "SELECT '${x}'"] };
    const all = {
      migration: USERS_BIRTHDATE,
      checksum: '',
      tried: odd,
      part: 'all',
      tool: 'flyway',
    } as const;
    expect(() => emittedFile(all, at)).toThrow('placeholder');
  });
});

describe('a migration written for TypeORM', () => {
  let source: DataSource;

  afterEach(() => source.destroy());

  /** TypeORM with the emitted files among its migrations. */
  async function typeorm(url: string, ...parts: readonly EmittedPart[]): Promise<DataSource> {
    const migrations: (new () => MigrationInterface)[] = [];
    for (const part of parts) {
      const { name, text } = await emitted('typeorm', part);
      const path = join(
        folder,
        `${Math.random().toString(36).slice(2)}-${name.replace(/ts$/, 'mjs')}`,
      );
      await writeFile(path, stripTypeScriptTypes(text));
      migrations.push(...(Object.values(await import(path)) as (new () => MigrationInterface)[]));
    }
    source = new DataSource({ type: 'postgres', url, migrations });
    return source.initialize();
  }

  const names = (done: readonly { name: string }[]) => done.map(({ name }) => name);

  it('runs in its executor and leaves exactly what Crossfade leaves', async () => {
    await typeorm(database.url, 'all');
    expect(names(await source.runMigrations())).toEqual(['UsersBirthdate1795219200000']);
    expect(await source.runMigrations()).toEqual([]);
    await carryOut();
    await client.query('DROP TABLE migrations');
    expect(await relationsOf(client)).toEqual(await relationsOf(target.admin));
  });

  it('does nothing where Crossfade has carried it out, and counts as done', async () => {
    await typeorm(target.url, 'all');
    await carryOut();
    const before = await relationsOf(target.admin);
    expect(names(await source.runMigrations())).toEqual(['UsersBirthdate1795219200000']);
    await target.admin.query('DROP TABLE migrations');
    expect(await relationsOf(target.admin)).toEqual(before);
  });

  it('goes back and forth as often as one likes', async () => {
    await typeorm(database.url, 'expand');
    for (let times = 0; times < 3; times += 1) {
      expect(names(await source.runMigrations())).toEqual(['UsersBirthdateExpand1795219200000']);
      expect((await client.query(filled)).rows).toEqual([{ n: 429 }]);
      await source.undoLastMigration();
      await expect(client.query(filled)).rejects.toThrow('does not exist');
    }
  });

  it('has no way back from contract', async () => {
    await typeorm(database.url, 'all');
    await source.runMigrations();
    await expect(source.undoLastMigration()).rejects.toThrow('contract is the point of no return');
  });
});
