import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { AddColumn, ChangeType, Sql } from '../../../src/core/schema-migration/operation.ts';
import { costOf } from '../../../src/core/schema-migration/rehearsal/rehearsal.ts';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import type { OldStatement } from '../../../src/core/schema-migration/trace/old-statements.ts';
import type { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import { rehearse } from '../../../src/engine/schema-migration/rehearsal/rehearse.ts';
import { relationsOf } from '../../support/relations-of.ts';
import { until } from '../../support/until.ts';
import {
  ADD_BIRTHDATE,
  USERS_BIRTHDATE,
  USERS_TABLE,
  UsersTarget,
} from '../../support/users-target.ts';

/** Tenants form a tree, so rows lead to rows that a sample alone would not hold. */
const SETUP = `
  CREATE TABLE tenants (id text PRIMARY KEY, parent text REFERENCES tenants);
  INSERT INTO tenants SELECT 't' || n, CASE WHEN n > 1 THEN 't' || n / 2 END FROM generate_series(1, 50) n;
  CREATE TYPE mood AS ENUM ('fine', 'none');
  CREATE FUNCTION mood_of(text) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN $1 IS NULL THEN 'none' ELSE 'fine' END::public.mood $$;
  ${USERS_TABLE};
  ALTER TABLE users ADD FOREIGN KEY (tenant_id) REFERENCES tenants, ADD CHECK (length(name) < 1000);
  CREATE INDEX users_dob ON users (dob);
  INSERT INTO users (tenant_id, name, email, dob) SELECT 't' || 1 + n % 50, 'u' || n, n || '@example.com',
    CASE WHEN n % 7 > 0 THEN to_char(date '1950-01-01' + n % 20000, 'YYYY-MM-DD') END FROM generate_series(1, 1000) n;
  ANALYZE`;

const sql = (expand: string, down: string): Sql => ({
  operation: 'sql',
  table: 'users',
  also: [],
  expand,
  contract: '',
  down,
});

function fail(): never {
  throw new Error('nothing was measured');
}

const holding = (...operations: SchemaMigration['operations']): SchemaMigration => ({
  ...USERS_BIRTHDATE,
  operations,
});

describe('a rehearsal on the target', () => {
  let target: UsersTarget;
  let database: TargetDatabase;
  let before: unknown;

  beforeAll(async () => {
    target = await UsersTarget.create(SETUP);
    database = openTargetPostgres(target.url);
    before = await relationsOf(target.admin);
  });
  afterAll(async () => {
    await database.close();
    await target.close();
  });

  function rehearsed(
    migration: SchemaMigration,
    statements: readonly OldStatement[] | null = null,
    { signal } = new AbortController(),
  ) {
    return rehearse(database, {
      migration,
      tag: 'abcd1234',
      statements,
      listed: [],
      isThorough: false,
      signal,
    });
  }

  it('passes, reads under AccessShare alone, and leaves nothing behind', async () => {
    const other = await target.connect();
    // Whoever asks for more than AccessShare would wait for this one, and give up.
    await other.query('BEGIN; LOCK TABLE users, tenants IN EXCLUSIVE MODE');
    const rehearsal = await rehearsed(USERS_BIRTHDATE);
    await other.query('ROLLBACK');
    expect(rehearsal.faults).toEqual([]);
    expect(rehearsal.runs.map(({ rows }) => rows)).toEqual([1000]);
    expect(rehearsal.runs.every(({ walBytes, grownBytes }) => walBytes > 0 && grownBytes > 0)).toBe(
      true,
    );
    expect(rehearsal.locks[0]).toEqual({ table: 'users', level: 'AccessExclusive' });
    expect(await relationsOf(target.admin)).toEqual(before);
  });

  it('finds functions and types that stand beside the tables', async () => {
    const mood: AddColumn = {
      ...ADD_BIRTHDATE,
      column: 'mood',
      type: 'mood',
      up: 'mood_of(dob)',
      down: { dob: `CASE WHEN mood = 'none' THEN NULL ELSE dob END` },
    };
    const { faults } = await rehearsed(holding(mood));
    expect(faults).toEqual([]);
  });

  it('names what the way back leaves behind', async () => {
    const leaves = sql(
      `ALTER TABLE users ADD COLUMN note text; ALTER TABLE users ALTER COLUMN name SET DEFAULT 'x'`,
      'ALTER TABLE users DROP COLUMN note',
    );
    const { verdict, faults } = await rehearsed(holding(leaves));
    expect(verdict).toBe('failed');
    expect(faults).toMatchObject([
      {
        code: 'catalog',
        message: expect.stringMatching(/after down: column .*\.users\.name was changed/),
      },
    ]);
  });

  it('counts rows that cannot be converted, and names one', async () => {
    await target.admin.query(`UPDATE users SET dob = 'unknown' WHERE id % 250 = 1`);
    const { faults } = await rehearsed(USERS_BIRTHDATE);
    await target.admin.query(`UPDATE users SET dob = NULL WHERE dob = 'unknown'`);
    expect(faults).toEqual([
      {
        code: 'conversion',
        message: expect.stringMatching(/^4 of 1000 copied rows cannot be converted, users\(\["1/),
      },
    ]);
  });

  it('blocks on what expand would break for the version in use, and lists what contract ends', async () => {
    // A column of that name stands in both tables from expand on.
    const joined =
      'SELECT parent FROM users JOIN tenants ON tenants.id = tenant_id WHERE users.id = $1';
    const old = [
      { sql: joined, calls: 1200 },
      { sql: 'SELECT dob FROM public.users WHERE id = $1', calls: 30 },
      { sql: 'SELECT name FROM users WHERE id = $1', calls: 7 },
      { sql: 'SELECT nothing FROM users', calls: 5 },
    ];
    const adds = sql(
      'ALTER TABLE users ADD COLUMN parent text',
      'ALTER TABLE users DROP COLUMN parent',
    );
    const { faults, broken, notes } = await rehearsed(holding(ADD_BIRTHDATE, adds), old);
    expect(faults).toMatchObject([
      { code: 'statements', message: expect.stringContaining('(1200 calls), which expand breaks') },
    ]);
    expect(broken).toMatchObject([
      { sql: joined, after: 'expand' },
      { calls: 30, after: 'contract' },
    ]);
    expect(notes.at(-1)).toContain('3 of 4 understood');
  });

  it('tries the 500 statements with most calls, and says that others were left out', async () => {
    const seldom = Array.from({ length: 501 }, (_, at) => ({ sql: `SELECT ${at}`, calls: 1 }));
    const often = { sql: 'SELECT dob FROM public.users WHERE id = $1', calls: 9000 };
    const { broken, notes } = await rehearsed(USERS_BIRTHDATE, [...seldom, often]);
    expect(broken).toMatchObject([often]);
    expect(notes.at(-1)).toContain(
      '500 of 500 understood and tried; these are the 500 with most calls, 2 more were left out',
    );
  });

  it('refuses what would reach the real tables', async () => {
    const reaches = holding(sql('ALTER TABLE public.users ADD COLUMN note text', 'SELECT 1'));
    await expect(rehearsed(reaches)).rejects.toThrow('names the schema public');
  });

  it('measures at several sizes where not all rows are copied', async () => {
    const rows = 'SELECT n, n::text FROM generate_series(1, 60000) n';
    await target.admin.query(`CREATE TABLE parcels (id bigint PRIMARY KEY, weight text);
      INSERT INTO parcels ${rows}; ANALYZE parcels`);
    const weight = { operation: 'changeType', table: 'parcels', column: 'weight', type: 'integer' };
    const rehearsal = await rehearsed(
      holding({ ...weight, up: 'weight::integer', down: 'weight::text' } as ChangeType),
    );
    await target.admin.query('DROP TABLE parcels');
    expect(rehearsal.faults).toEqual([]);
    expect(rehearsal.runs.map((run) => run.rows)).toEqual([2000, 4000, 8000, 16_000, 32_000]);
    const { walBytes } = costOf(rehearsal) ?? fail();
    // Every row is written anew, with some 40 bytes around its values.
    expect(walBytes.value / 60_000).toBeGreaterThan(80);
    expect(walBytes.high).toBeLessThan(1.3 * walBytes.value);
  });

  it('is gone when its process dies in the middle', async () => {
    const abort = new AbortController();
    const dying = rehearsed(USERS_BIRTHDATE, null, abort).catch((fault: unknown) => fault);
    const isThere = async (): Promise<boolean> => {
      const { rows } = await target.admin.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'crossfade rehearsal'
           AND datname = current_database() AND query LIKE '%crossfade_rehearsal_%'`,
      );
      return rows.length > 0;
    };
    await until(isThere);
    abort.abort();
    await dying;
    await until(async () => !(await isThere()));
    expect(await relationsOf(target.admin)).toEqual(before);
  });

  it('comes before expand, not after', async () => {
    await target.run('expand');
    await expect(rehearsed(USERS_BIRTHDATE)).rejects.toThrow('has begun on this target');
  });
});
