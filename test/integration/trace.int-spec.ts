import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { parseScript } from '../../src/adapters/pg-parser/parse-script.ts';
import { traceScript, type TraceSession } from '../../src/adapters/pglite/trace-script.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const TABLES = `
  CREATE TABLE parents (id int PRIMARY KEY);
  CREATE TABLE rows (id int PRIMARY KEY, code varchar(5), parent int);
  INSERT INTO rows SELECT n, n FROM generate_series(1, 1000) n;
  ANALYZE;`;

/** Statements that each do something else to the rows of the table. */
const SCRIPT = `
  ALTER TABLE rows ALTER code TYPE varchar(9);
  ALTER TABLE rows ALTER id TYPE bigint;
  CREATE INDEX rows_code ON rows (code);
  ALTER TABLE rows ADD FOREIGN KEY (parent) REFERENCES parents NOT VALID;
  ALTER TABLE rows ALTER code SET NOT NULL;
  UPDATE rows SET code = 'x';
  CREATE TABLE fresh (id int);
  ALTER TABLE fresh ADD n int DEFAULT random();
  CREATE INDEX CONCURRENTLY rows_id ON rows (id);
  BEGIN;
  LOCK TABLE rows IN SHARE MODE;
  SELECT 1;
  COMMIT;
  DROP TABLE nowhere;
  SELECT 2;`;

async function traced(session: TraceSession): Promise<readonly object[]> {
  const statements = await parseScript(SCRIPT);
  if ('message' in statements) throw new Error(statements.message);
  await session.query(TABLES);
  const all: object[] = [];
  for await (const { statement, traced: one } of traceScript(session, statements)) {
    if (one === null) continue;
    const { locks, fault, ...tables } = one;
    const felt = locks?.filter(({ level }) => level !== 'AccessShare') ?? null;
    const did = Object.entries(tables).filter(([, names]) => names.length > 0);
    all.push({
      sql: statement.text,
      locks: felt,
      ...Object.fromEntries(did),
      ...(fault === null ? {} : { fault }),
    });
  }
  return all;
}

const on = (table: string, level: string): object => ({ table, level });

const EXPECTED = [
  { locks: [on('rows', 'AccessExclusive')] },
  {
    locks: [on('rows', 'AccessExclusive')],
    rewritten: ['rows'],
    indexed: ['rows'],
    read: ['rows'],
  },
  { locks: [on('rows', 'Share')], indexed: ['rows'], read: ['rows'] },
  { locks: [on('parents', 'ShareRowExclusive'), on('rows', 'ShareRowExclusive')] },
  { locks: [on('rows', 'AccessExclusive')], read: ['rows'] },
  { locks: [on('rows', 'RowExclusive')], read: ['rows'], changed: ['rows'] },
  { locks: [] },
  { locks: [] },
  { locks: null, indexed: ['rows'] },
  { locks: [on('rows', 'Share')] },
  { locks: [on('rows', 'Share')] },
  { locks: [], fault: 'table "nowhere" does not exist' },
];

describe('a trace', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it('shows what a statement locks, rewrites, builds and reads, up to the first that fails', async () => {
    const query = async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows;
    expect(await traced({ query })).toMatchObject(EXPECTED);
  });
});
