import type pg from 'pg';
import type { SchemaMigration } from '../src/core/schema-migration/schema-migration.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import type { BenchOptions, BenchReport, Row } from './report.ts';
import { Contest } from './schema/contest.ts';
import { SteadyLoad } from './schema/steady-load.ts';
import { short } from './schema/short.ts';
import { timed } from './schema/timed.ts';
import { createUsers, Crossfade, runJob, SPLIT } from './schema/users.ts';

/**
 * A parity check of two shapes through our job runner: batch by batch, each in one snapshot, with `down`
 * looked at as well as `up`. Beside it what reading all rows costs at all, what the author's own
 * expressions cost, each once for every row, and a hash over the rows, each in one statement. Then
 * whether it finds what was planted, and nothing else.
 */
export async function benchParity({ full, rows = 1_000_000 }: BenchOptions): Promise<BenchReport> {
  const rounds = full ? 5 : 3;
  return withServer(async (server) => {
    const split = await filled(server, TWO_TABLES, rows, async (url) => [
      await speed(url, TWO_TABLES, rows, rounds),
    ]);
    const inRow = await filled(server, IN_ROW, rows, async (url) => {
      const found = [await speed(url, IN_ROW, rows, rounds)];
      for (const planted of [1, 10, 1_000]) found.push(await finds(url, rows, planted));
      return [...found, await underWrites(url, rows)];
    });
    const another = await filled(server, ANOTHER, rows, async (url) => [
      await speed(url, ANOTHER, rows, rounds),
    ]);
    const [first, ...others] = inRow;
    return {
      bench: 'parity',
      rows: [...(first === undefined ? [] : [first]), ...another, ...split, ...others],
    };
  });
}

/** Where the two shapes stand, and what it costs to read and to hash all of that once. */
interface Shapes {
  readonly words: string;
  /** What is special about the values. */
  readonly values?: string;
  /** Makes the values other ones. */
  readonly change?: string;
  readonly tables: string;
  readonly migration?: SchemaMigration;
  readonly peers: Readonly<Record<string, string>> & { readonly count: string };
}

const hashOf = (table: string): string =>
  `(SELECT sum(hash_record_extended(r, 0)) FROM ${table} r)`;

const IN_ROW: Shapes = {
  words: 'in-row',
  tables: 'users',
  peers: {
    count: 'SELECT count(*) FROM users',
    expressions: `SELECT count(dob::date), count(to_char(birthdate, 'YYYY-MM-DD')) FROM users`,
    'row-hash': `SELECT ${hashOf('users')}`,
  },
};

/** As many days as rows, from the year 100 on: nothing that was converted once serves again. */
const ANOTHER: Shapes = {
  ...IN_ROW,
  values: ', every value another',
  change: `ALTER TABLE users ALTER dob TYPE text
    USING to_char(date '0100-01-01' + id::integer, 'YYYY-MM-DD')`,
};

const TWO_TABLES: Shapes = {
  words: 'two tables',
  tables: 'users, contacts',
  migration: SPLIT,
  peers: {
    count: 'SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM contacts)',
    'row-hash': `SELECT ${hashOf('users')}, ${hashOf('contacts')}`,
  },
};

/** Both shapes, filled. A check writes nothing there, so all rounds look at the same rows. */
async function filled(
  server: string,
  { migration, tables, change }: Shapes,
  rows: number,
  work: (url: string) => Promise<Row[]>,
): Promise<Row[]> {
  return withDatabase(server, null, async (url) => {
    await connected(url, async (client) => {
      await createUsers(client, rows);
      if (change !== undefined) await client.query(change);
    });
    for (const kind of ['expand', 'backfill'] as const) await runJob(url, kind, 1, migration);
    await connected(url, (client) => client.query(`VACUUM (FREEZE, ANALYZE) ${tables}`));
    return work(url);
  });
}

async function speed(
  url: string,
  { words, values = '', migration, peers }: Shapes,
  rows: number,
  rounds: number,
): Promise<Row> {
  const contest = new Contest(`${words} ${short(rows)}${values}`, 'ms', 'less');
  await connected(url, (client) =>
    Crossfade.on(url, async (crossfade) => {
      // Read once before: what comes from the disk is not what is compared.
      await client.query(peers.count);
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, sql] of Object.entries(peers)) {
          contest.add(name, await timed(() => client.query(sql)));
        }
        contest.add('ours', await timed(() => crossfade.run('verify', migration)));
      }
    }),
  );
  return contest.row();
}

async function finds(url: string, rows: number, planted: number): Promise<Row> {
  const contest = new Contest(`found of ${planted.toLocaleString('en')} planted`, 'rows', 'more');
  const shift = (client: pg.Client, days: number): Promise<unknown> =>
    client.query(`SET crossfade.sync = 'off'; UPDATE users SET birthdate = birthdate + ${days}
      WHERE id IN (SELECT 1 + n * 999983 % ${rows} FROM generate_series(1, ${planted}) n)`);
  await connected(url, (client) => shift(client, 1));
  contest.add('ours', (await runJob(url, 'verify')).differences ?? Number.NaN);
  await connected(url, (client) => shift(client, -1));
  return contest.row();
}

/** The old shape is written all the while, so that the sync writes the new one. */
async function underWrites(url: string, rows: number): Promise<Row> {
  const contest = new Contest('false differences under 200 writes/s', 'rows', 'less');
  const load = new SteadyLoad({ url, rows, column: 'dob', durable: true });
  contest.add('ours', (await runJob(url, 'verify')).differences ?? Number.NaN);
  await load.stop();
  return contest.row();
}
