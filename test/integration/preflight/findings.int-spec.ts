import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { starReads } from '../../../src/adapters/target-postgres/facts/activity-sql.ts';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Finding } from '../../../src/core/schema-migration/preflight/finding.ts';
import { duplicatesOf } from '../../../src/core/schema-migration/preflight/operation-checks.ts';
import type { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import { checkTarget } from '../../../src/engine/schema-migration/preflight/check-target.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { fencedBlocks } from '../../support/fenced-blocks.ts';
import { UsersTarget, USERS_BIRTHDATE, USERS_TABLE } from '../../support/users-target.ts';

/** The same questions are put to both servers: catalogs differ. */
const settings = { wal_level: 'logical', max_prepared_transactions: '4' };
const loaded = { shared_preload_libraries: 'pg_stat_statements' };

let debian: DebianPostgres;

beforeAll(async () => {
  debian = await startDebianPostgres({ ...settings, ...loaded });
});
afterAll(() => debian.close());

let target: UsersTarget;
let database: TargetDatabase;

async function open(server?: string): Promise<void> {
  target = await UsersTarget.create(USERS_TABLE, server);
  database = openTargetPostgres(target.url);
}

afterEach(async () => {
  await database.close();
  await target.close();
});

async function findings(): Promise<readonly Finding[]> {
  const undertaking = { migration: USERS_BIRTHDATE, backup: null, room: null };
  const { findings: found } = await checkTarget(database, undertaking);
  return found;
}

/** What was found, but for what a target without any set-up does not say. */
async function found(): Promise<readonly string[]> {
  return (await findings())
    .filter(({ severity }) => severity !== 'unknown')
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe.each(['newest', 'debian'])('preflight on the %s PostgreSQL', (which) => {
  beforeEach(() => open(which === 'debian' ? debian.url : undefined));

  it('finds nothing on an ordinary target, and says what is not known', async () => {
    expect(await found()).toEqual([]);
    const unknown = (await findings()).map(({ code }) => code);
    expect(unknown).toEqual(['disk', 'selectStar']);
  });

  it.each([
    [
      'a trigger that every update fires',
      `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       CREATE TRIGGER mail AFTER UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION touch();
       CREATE TRIGGER off BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       ALTER TABLE users DISABLE TRIGGER off`,
      /^warns trigger: The trigger touch of public.users fires/,
    ],
    [
      'a trigger that runs after ours',
      `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER "zzzz" BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch()`,
      /^blocks triggerOrder: The trigger zzzz/,
    ],
    [
      'a rule',
      'CREATE RULE quiet AS ON UPDATE TO users DO ALSO NOTHING',
      /^blocks rule: The rule quiet rewrites every UPDATE/,
    ],
    [
      'a view over the old column, and none that reads another',
      'CREATE VIEW births AS SELECT id, dob FROM users; CREATE VIEW mails AS SELECT email FROM users',
      /^warns view: The view public.births reads dob/,
    ],
    [
      'functions that speak of the old column, and none that speaks of others',
      `CREATE FUNCTION age_of(users) RETURNS int LANGUAGE plpgsql AS
         'BEGIN RETURN (SELECT 1 FROM users u WHERE u.dob = $1.dob LIMIT 1); END';
       CREATE FUNCTION mail_of(users) RETURNS text LANGUAGE sql AS 'SELECT email FROM users -- not dobby';
       CREATE FUNCTION others() RETURNS int LANGUAGE plpgsql AS 'DECLARE dob int; BEGIN RETURN dob; END'`,
      /^warns function: The function public.age_of speaks of dob of public.users, by its text/,
    ],
    [
      'a policy over the old column',
      `ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY of_age ON users USING (dob < '2000')`,
      /^warns rowSecurity: The row-level security policy of_age/,
    ],
    [
      'a generated column',
      `ALTER TABLE users ADD COLUMN loud text GENERATED ALWAYS AS (upper(name)) STORED`,
      /^warns generatedColumn: public.users has generated columns \(loud\)/,
    ],
    [
      'a table that inherits',
      'CREATE TABLE guests () INHERITS (users)',
      /^warns inheritance: public.users has 1 tables that inherit/,
    ],
    [
      'a publication of all tables',
      'CREATE PUBLICATION everything FOR ALL TABLES',
      /^warns publication: The publication everything \(FOR ALL TABLES\)/,
    ],
    [
      'a publication of a schema',
      'CREATE PUBLICATION whole FOR TABLES IN SCHEMA public',
      /^warns publication: The publication whole publishes all columns/,
    ],
    [
      'a publication by columns',
      'CREATE PUBLICATION part FOR TABLE users (id, dob)',
      /^warns publication: The publication part publishes users\(id, dob\) by name/,
    ],
    [
      'a subscription',
      `CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p
         WITH (connect = false, slot_name = NONE);
       INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)
         SELECT oid, 'users'::regclass, 'i' FROM pg_subscription WHERE subname = 'feed'`,
      /^blocks subscription: The subscription feed writes into public.users/,
    ],
    [
      'an event trigger',
      `CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
       CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION audit()`,
      /^warns eventTrigger: The event trigger audit \(ddl_command_end\)/,
    ],
  ])('finds %s', async (_, setup, words) => {
    await target.admin.query('SET allow_system_table_mods = on');
    await target.admin.query(setup);
    expect(await found()).toEqual([expect.stringMatching(words)]);
    if (setup.includes('SUBSCRIPTION')) await target.admin.query('DROP SUBSCRIPTION feed');
  });

  it('finds updates that are published from a table without an identity', async () => {
    await target.admin.query(
      'ALTER TABLE users REPLICA IDENTITY NOTHING; CREATE PUBLICATION p FOR TABLE users (id)',
    );
    expect(await found()).toContainEqual(expect.stringMatching(/^blocks replicaIdentity:/));
  });

  it('finds a filter of a publication', async () => {
    await target.admin.query('CREATE PUBLICATION p FOR TABLE users WHERE (id > 5)');
    expect(await found()).toContainEqual(
      expect.stringMatching(/p filters the rows of public.users/),
    );
  });

  it('knows the free disk by the function that a DBA made', async () => {
    await target.admin.query(
      `CREATE FUNCTION crossfade.free_disk(tablespace text) RETURNS bigint LANGUAGE sql
         AS $$ SELECT CASE tablespace WHEN 'pg_default' THEN 7 END $$`,
    );
    expect(await found()).toEqual([expect.stringMatching(/^blocks disk: .* 7 bytes are free/)]);
    await target.admin.query(
      `CREATE OR REPLACE FUNCTION crossfade.free_disk(tablespace text) RETURNS bigint LANGUAGE sql
         AS $$ SELECT 1 / 0 $$`,
    );
    const [disk] = (await findings()).filter(({ code }) => code === 'disk');
    expect(disk).toMatchObject({
      severity: 'unknown',
      message: expect.stringContaining('fails: division'),
    });
  });

  it('knows it by the function that the page shows', async () => {
    const shown = fencedBlocks('docs/preflight.md').filter(({ language }) => language === 'sql');
    await target.admin.query(shown[0]?.text ?? '');
    const [disk] = (await findings()).filter(({ code }) => code === 'disk');
    expect(disk).toBeUndefined();
    const { rows } = await target.admin.query(
      `SELECT crossfade.free_disk('pg_default') > 0 AS known`,
    );
    expect(rows).toEqual([{ known: true }]);
  });

  it('knows it from the size of the disk, less what is there', async () => {
    const name = target.admin.database;
    await target.admin.query(`ALTER DATABASE ${name} SET crossfade.disk_size = '900TB'`);
    await reopen();
    expect((await findings()).map(({ code }) => code)).toEqual(['selectStar']);
    await target.admin.query(`ALTER DATABASE ${name} SET crossfade.disk_size = '1GB'`);
    await reopen();
    expect(await found()).toEqual([
      expect.stringMatching(/^blocks disk: .*crossfade.disk_size = 1GB/),
    ]);
  });

  it('asks the rows for duplicates, by number and never by value', async () => {
    await target.admin.query(
      `INSERT INTO users (name) VALUES ('Ada'), ('Ada'), ('ada'), (NULL), (NULL), ('Bob'), ('Bob')`,
    );
    const counted = async (expressions: readonly string[], nullsEqual?: boolean) => {
      const check = duplicatesOf({ schema: 'public', table: 'users' }, expressions, nullsEqual);
      const [row] = await database.query<{ found: number }>(check.sql);
      return row?.found;
    };
    expect(await counted(['name'])).toBe(2);
    expect(await counted(['name'], true)).toBe(3);
    expect(await counted(['lower(name)', 'tenant_id'])).toBe(2);
    expect(await counted(['id'])).toBe(0);
  });
});

describe('preflight on a server that says more', () => {
  beforeEach(() => open(debian.url));

  it('finds who reads SELECT * of the table itself, and no value of theirs', async () => {
    await target.admin.query('CREATE EXTENSION pg_stat_statements');
    const app = await target.connect();
    await app.query(`SELECT * FROM public.users WHERE name = 'secret'`);
    await app.query(`select u.* from "users" u`);
    await app.query('SELECT id FROM users; SELECT count(*) FROM users');
    await target.admin.query('CREATE TABLE "Invoice" (id int)');
    await target.admin.query('SELECT * FROM "Invoice"');
    const asked = await database.query(starReads('public'), ['public', ['Invoice']]);
    expect(asked).toMatchObject([{ table: 'Invoice' }]);
    // As an earlier look of Crossfade's own does.
    await app.query('SELECT * FROM public.users _crossfade_row');
    const [stars] = (await findings()).filter(({ code }) => code === 'selectStar');
    expect(stars?.message).toMatch(/^2 statements read SELECT \* of public.users itself/);
    expect(stars?.message).not.toContain('secret');
  });

  it('finds a slot that nobody reads, and lets go when it has gone', async () => {
    await target.admin.query(`SELECT pg_create_logical_replication_slot('cdc', 'pgoutput')`);
    expect(await found()).toEqual([
      expect.stringMatching(/^blocks slot: Nobody reads the replication slot cdc/),
    ]);
    await target.admin.query(`SELECT pg_drop_replication_slot('cdc')`);
    expect(await found()).toEqual([]);
  });

  it('finds a prepared transaction that has locked the table', async () => {
    const other = await target.connect();
    await other.query(`BEGIN; LOCK TABLE users IN SHARE MODE; PREPARE TRANSACTION 'forgotten'`);
    expect(await found()).toEqual([
      expect.stringMatching(/^blocks preparedTransaction: .*"forgotten" has locked users/),
    ]);
    await other.query(`ROLLBACK PREPARED 'forgotten'`);
    expect(await found()).toEqual([]);
  });
});

async function reopen(): Promise<void> {
  await database.close();
  database = openTargetPostgres(target.url);
}
