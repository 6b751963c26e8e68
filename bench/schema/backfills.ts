import type pg from 'pg';
import { connected, withDatabase } from '../bench-server.ts';
import { backfillLikePgroll, expandLikePgroll } from './pgroll-replay.ts';
import { createUsers, runJob } from './users.ts';

/** A way of filling the new column of every row. */
export interface Backfill {
  readonly name: string;
  /** The database, expanded in its way, that each run begins with a copy of. */
  readonly template: string;
  readonly run: (url: string) => Promise<void>;
}

const set = 'UPDATE users SET birthdate = dob::date WHERE birthdate IS NULL';

const contenders: readonly Backfill[] = [
  { name: 'ours', template: 'ours', run: async (url) => void (await runJob(url, 'backfill')) },
  {
    // The sync is switched off for it, as for our own batches: the quickest that one statement can be.
    name: 'single-update',
    template: 'ours',
    run: (url) => statement(url, `SET crossfade.sync = 'off'; ${set}`),
  },
  {
    name: 'single-update, trigger fires',
    template: 'ours',
    run: (url) => statement(url, set),
  },
  {
    name: 'pgroll-algorithm',
    template: 'pgroll',
    run: (url) => connected(url, backfillLikePgroll),
  },
];

/** Makes the templates for tables of so many rows and names the contenders on them. */
export async function prepareBackfills(server: string, rows: number): Promise<readonly Backfill[]> {
  await template(server, `ours_${rows}`, rows, async (url) => void (await runJob(url, 'expand')));
  await template(server, `pgroll_${rows}`, rows, (url) => connected(url, expandLikePgroll));
  return contenders.map((one) => ({ ...one, template: `${one.template}_${rows}` }));
}

/** Throws unless every row has what it should. */
export async function expectFilled(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ wrong: string }>(
    'SELECT count(*) AS wrong FROM users WHERE birthdate IS DISTINCT FROM dob::date',
  );
  if (rows[0]?.wrong !== '0') throw new Error(`${rows[0]?.wrong} rows are not filled`);
}

async function template(
  server: string,
  name: string,
  rows: number,
  expand: (url: string) => Promise<void>,
): Promise<void> {
  await withDatabase(server, null, async (url, made) => {
    await connected(url, (client) => createUsers(client, rows));
    await expand(url);
    await connected(server, async (admin) => {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${made} STRATEGY file_copy`);
    });
  });
}

function statement(url: string, sql: string): Promise<void> {
  return connected(url, async (client) => void (await client.query(sql)));
}
