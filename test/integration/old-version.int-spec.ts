import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { OldVersion } from '../../src/adapters/pglite/old-version.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { OLD_SCHEMA, OLD_STATEMENTS } from '../support/old-application.ts';

const harmless = (): boolean => false;

/** What a change breaks of the statements; written down by hand. */
const CHANGES: readonly (readonly [sql: string, breaks: (statement: string) => boolean])[] = [
  [
    'ALTER TABLE t0 DROP COLUMN note',
    (one) => /\bt0\b/.test(one) && /note|VALUES \(\$1, 2/.test(one),
  ],
  [
    'ALTER TABLE t1 RENAME COLUMN b TO c',
    (one) => /\bt1\b/.test(one) && /\bb\b/.test(one.replace("'b'", '')),
  ],
  ['ALTER TABLE t2 RENAME TO t2_old', (one) => /\bt2\b/.test(one)],
  ['ALTER TABLE t3 SET SCHEMA archive', (one) => /\bt3\b/.test(one)],
  ['DROP TABLE t4 CASCADE', (one) => /\bt4(_view)?\b/.test(one)],
  ['DROP VIEW t5_view', (one) => /\bt5_view\b/.test(one)],
  ['DROP FUNCTION twice', (one) => one.includes('twice')],
  ['ALTER TABLE t6 DROP CONSTRAINT t6_pkey', (one) => /\bt6\b.*ON CONFLICT/.test(one)],
  ['ALTER TABLE t0 ADD COLUMN c int', harmless],
  ['ALTER TABLE t1 ALTER COLUMN a SET DEFAULT 2', harmless],
  ['ALTER TABLE t2 ALTER COLUMN note TYPE varchar(40)', harmless],
  ['CREATE INDEX ON t3 (a)', harmless],
  ['ALTER TABLE t4 ADD CHECK (a > 0) NOT VALID', harmless],
  ['CREATE TABLE t10 (id bigint)', harmless],
  [`COMMENT ON TABLE t5 IS 'x'`, harmless],
  ['CREATE VIEW t6_more AS SELECT id FROM t6', harmless],
  ['ALTER TABLE t7 RENAME CONSTRAINT t7_pkey TO t7_key', harmless],
  ['ALTER TABLE t8 ALTER COLUMN b SET NOT NULL', harmless],
  ['ALTER TABLE t9 ALTER COLUMN a DROP DEFAULT', harmless],
  ['ALTER TABLE t9 ALTER COLUMN a SET STATISTICS 10', harmless],
];

describe('what a version in use runs', () => {
  let database: TestDatabase;
  let client: Client;
  const session = {
    query: async <Row extends object>(one: string) => (await client.query<Row>(one)).rows,
  };
  const old = OLD_STATEMENTS;

  beforeAll(async () => {
    database = await createDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(OLD_SCHEMA);
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it.each(CHANGES)('is found broken, each statement and no other, by %s', async (sql, breaks) => {
    const version = new OldVersion(session);
    await version.begin(old);
    expect([old.length, version.unknown]).toEqual([200, 0]);
    await client.query(`BEGIN; ${sql}`);
    const broken = await version.broken(true);
    await client.query('ROLLBACK');
    const expected = old.filter((one) => breaks(one.sql));
    expect(broken.map((one) => one.sql)).toEqual(expected.map((one) => one.sql));
  });

  it('is told once, and goes on being looked at', async () => {
    const version = new OldVersion(session);
    await version.begin(['SELECT a FROM t0', 'SELECT b FROM t0'].map((sql) => ({ sql, calls: 7 })));
    await client.query('BEGIN; ALTER TABLE t0 DROP COLUMN a CASCADE');
    const fault = 'column "a" does not exist';
    expect(await version.broken(true)).toEqual([{ sql: 'SELECT a FROM t0', calls: 7, fault }]);
    expect(await version.broken(true)).toEqual([]);
    await client.query('ALTER TABLE t0 DROP COLUMN b');
    expect(await version.broken(true)).toMatchObject([{ sql: 'SELECT b FROM t0' }]);
    await client.query('ROLLBACK');
  });

  it('leaves out what never worked, and what cannot be planned', async () => {
    const version = new OldVersion(session);
    await version.begin(
      ['SELECT nowhere', 'COMMIT', 'SELECT 1'].map((sql) => ({ sql, calls: null })),
    );
    expect(version.unknown).toBe(2);
    expect(await version.broken(false)).toEqual([]);
  });
});
