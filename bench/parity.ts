import type { SchemaMigration } from '../src/core/schema-migration/schema-migration.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import type { BenchOptions, BenchReport, Row } from './report.ts';
import { Contest } from './schema/contest.ts';
import { SteadyLoad } from './schema/steady-load.ts';
import { short } from './schema/short.ts';
import { timed } from './schema/timed.ts';
import { makeTemplate, runJob, SPLIT } from './schema/users.ts';

/**
 * A parity check of two shapes in one row, through our job runner: batch by batch, each in one
 * snapshot, with `down` looked at as well as `up`. Beside it what reading all rows costs at all, and a
 * hash over them, each in one statement. Then whether it finds what was planted, and nothing else.
 */
export async function benchParity({ full, rows = 1_000_000 }: BenchOptions): Promise<BenchReport> {
  return withServer(async (server) => {
    await makeTemplate(server, 'filled', rows, async (url) => {
      await runJob(url, 'expand');
      await runJob(url, 'backfill');
      await connected(url, (client) => client.query('VACUUM (FREEZE, ANALYZE) users'));
    });
    await makeTemplate(server, 'split', rows, async (url) => {
      await runJob(url, 'expand', 1, SPLIT);
      await runJob(url, 'backfill', 1, SPLIT);
      await connected(url, (client) => client.query('VACUUM (FREEZE, ANALYZE) users, contacts'));
    });
    const rounds = full ? 5 : 3;
    const found: Row[] = [];
    for (const one of shapes) found.push(await speed(server, one, rows, rounds));
    for (const planted of [1, 10, 1_000]) found.push(await finds(server, rows, planted));
    found.push(await underWrites(server, rows));
    return { bench: 'parity', rows: found };
  });
}

/** Where the two shapes stand, and what it costs to read and to hash all of that once. */
interface Shapes {
  readonly words: string;
  readonly template: string;
  readonly migration?: SchemaMigration;
  readonly peers: { readonly count: string; readonly 'row-hash': string };
}

const hashOf = (table: string): string =>
  `(SELECT sum(hash_record_extended(r, 0)) FROM ${table} r)`;

const shapes: readonly Shapes[] = [
  {
    words: 'in-row',
    template: 'filled',
    peers: { count: 'SELECT count(*) FROM users', 'row-hash': `SELECT ${hashOf('users')}` },
  },
  {
    words: 'two tables',
    template: 'split',
    migration: SPLIT,
    peers: {
      count: 'SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM contacts)',
      'row-hash': `SELECT ${hashOf('users')}, ${hashOf('contacts')}`,
    },
  },
];

async function speed(
  server: string,
  { words, template, migration, peers }: Shapes,
  rows: number,
  rounds: number,
): Promise<Row> {
  const contest = new Contest(`${words} ${short(rows)}`, 'ms', 'less');
  for (let round = 0; round < rounds; round += 1) {
    await withDatabase(server, template, async (url) => {
      await connected(url, async (client) => {
        // Read once before: what comes from the disk is not what is compared.
        await client.query(peers.count);
        for (const [name, sql] of Object.entries(peers)) {
          contest.add(name, await timed(() => client.query(sql)));
        }
      });
      contest.add('ours', await timed(() => runJob(url, 'verify', 1, migration)));
    });
  }
  return contest.row();
}

async function finds(server: string, rows: number, planted: number): Promise<Row> {
  const contest = new Contest(`found of ${planted.toLocaleString('en')} planted`, 'rows', 'more');
  await withDatabase(server, 'filled', async (url) => {
    await connected(url, (client) =>
      client.query(`SET crossfade.sync = 'off';
        UPDATE users SET birthdate = birthdate + 1
        WHERE id IN (SELECT 1 + n * 999983 % ${rows} FROM generate_series(1, ${planted}) n)`),
    );
    contest.add('ours', (await runJob(url, 'verify')).differences ?? Number.NaN);
  });
  return contest.row();
}

/** The old shape is written all the while, so that the sync writes the new one. */
async function underWrites(server: string, rows: number): Promise<Row> {
  const contest = new Contest('false differences under 200 writes/s', 'rows', 'less');
  await withDatabase(server, 'filled', async (url) => {
    const load = new SteadyLoad(url, rows, 'dob');
    contest.add('ours', (await runJob(url, 'verify')).differences ?? Number.NaN);
    await load.stop();
  });
  return contest.row();
}
