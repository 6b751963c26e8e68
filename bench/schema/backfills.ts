import type pg from 'pg';
import { connected } from '../bench-server.ts';
import { backfillLikePgroll, expandLikePgroll } from './pgroll-replay.ts';
import { makeTemplate, runJob } from './users.ts';

/** A way of filling the new column of every row. */
export interface Backfill {
  readonly name: string;
  /** The database, expanded in its way, that each run begins with a copy of. */
  readonly template: string;
  readonly run: (url: string) => Promise<void>;
}

const set = 'UPDATE users SET birthdate = dob::date WHERE birthdate IS NULL';

const contenders = (workers: number): readonly Backfill[] => [
  {
    name: 'ours',
    template: 'ours',
    run: async (url) => void (await runJob(url, 'backfill', workers)),
  },
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
export async function prepareBackfills(
  server: string,
  rows: number,
  workers: number,
): Promise<readonly Backfill[]> {
  await makeTemplate(
    server,
    `ours_${rows}`,
    rows,
    async (url) => void (await runJob(url, 'expand')),
  );
  await makeTemplate(server, `pgroll_${rows}`, rows, (url) => connected(url, expandLikePgroll));
  return contenders(workers).map((one) => ({ ...one, template: `${one.template}_${rows}` }));
}

/** Throws unless every row has what it should. */
export async function expectFilled(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ wrong: string }>(
    'SELECT count(*) AS wrong FROM users WHERE birthdate IS DISTINCT FROM dob::date',
  );
  if (rows[0]?.wrong !== '0') throw new Error(`${rows[0]?.wrong} rows are not filled`);
}

function statement(url: string, sql: string): Promise<void> {
  return connected(url, async (client) => void (await client.query(sql)));
}
