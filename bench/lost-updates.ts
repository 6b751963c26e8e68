import type pg from 'pg';
import { connected, withDatabase, withServer } from './bench-server.ts';
import type { BenchReport, Row } from './report.ts';
import { Contest } from './schema/contest.ts';
import { expandLikePgroll } from './schema/pgroll-replay.ts';
import { makeTemplate, runJob } from './schema/users.ts';

/** Rows that each case is tried on. */
const tries = 100;

type Side = 'old' | 'new';

/** How the versions of a contender are reached. */
interface Contender {
  readonly name: string;
  readonly template: string;
  /** The search path by which an application gets its version's `users`. */
  readonly path: Readonly<Record<Side, string>>;
}

const CONTENDERS: readonly Contender[] = [
  { name: 'ours', template: 'ours', path: { old: 'users_v1', new: 'users_v2' } },
  { name: 'pgroll-algorithm', template: 'pgroll', path: { old: 'public', new: 'public_v2' } },
];

/** One write of an application, over `users` as its version shows it. */
interface Write {
  readonly by: Side;
  readonly sql: (id: number) => string;
  /** What stands on the search path behind the version: a pooler's default, an extension's schema. */
  readonly behind?: string;
}

/** Some writes one after the other, and what the side that matters has to read then. */
interface Case {
  readonly name: string;
  readonly writes: readonly Write[];
  readonly reads: { readonly by: Side; readonly sql: (id: number) => string };
}

const set = (what: string) => (id: number) => `UPDATE users SET ${what} WHERE id = ${id}`;
const holds = (what: string) => (id: number) =>
  `SELECT count(*)::int = 1 AS stands FROM users WHERE id = ${id} AND ${what}`;
const gone = (id: number): string =>
  `SELECT NOT EXISTS (SELECT FROM users WHERE id = ${id}) AS stands`;

const CASES: readonly Case[] = [
  {
    name: 'the new side writes, the old one updates another column',
    writes: [
      { by: 'new', sql: set(`birthdate = '1990-01-02'`) },
      { by: 'old', sql: set(`name = 'n'`) },
    ],
    reads: { by: 'new', sql: holds(`birthdate = '1990-01-02'`) },
  },
  {
    name: 'the same with a date before Christ',
    writes: [
      { by: 'new', sql: set(`birthdate = '0044-03-15 BC'`) },
      { by: 'old', sql: set(`name = 'n'`) },
    ],
    reads: { by: 'new', sql: holds(`birthdate = '0044-03-15 BC'`) },
  },
  {
    name: 'the old side writes a date in its own way, the new one updates another column',
    writes: [
      { by: 'old', sql: set(`dob = '2 Jan 1990'`) },
      { by: 'new', sql: set(`name = 'n'`) },
    ],
    reads: { by: 'old', sql: holds(`dob = '2 Jan 1990'`) },
  },
  {
    name: 'the new side writes with a second schema on its search path',
    writes: [{ by: 'new', behind: 'public', sql: set(`birthdate = '1990-01-02'`) }],
    reads: { by: 'new', sql: holds(`birthdate = '1990-01-02'`) },
  },
  {
    name: 'the old side inserts',
    writes: [
      { by: 'old', sql: (id) => `DELETE FROM users WHERE id = ${id}` },
      { by: 'old', sql: (id) => `INSERT INTO users (id, dob) VALUES (${id}, '1990-01-02')` },
    ],
    reads: { by: 'new', sql: holds(`birthdate = '1990-01-02'`) },
  },
  {
    name: 'the old side writes what does not convert',
    writes: [{ by: 'old', sql: set(`dob = 'soon'`) }],
    reads: { by: 'old', sql: holds(`dob = 'soon'`) },
  },
  {
    name: 'a script writes both columns of the table, another date in each',
    writes: [
      {
        by: 'old',
        sql: (id) =>
          `UPDATE public.users SET dob = '1980-01-02', birthdate = '1990-01-02' WHERE id = ${id}`,
      },
    ],
    reads: { by: 'new', sql: holds(`birthdate = '1990-01-02'`) },
  },
  {
    name: 'the new side deletes',
    writes: [{ by: 'new', sql: (id) => `DELETE FROM users WHERE id = ${id}` }],
    reads: { by: 'old', sql: gone },
  },
];

/** Writes that are lost, overwritten or refused while two versions live: ours beside pgroll's pair of triggers. */
export async function benchLostUpdates(): Promise<BenchReport> {
  const rows: Row[] = [];
  await withServer(async (server) => {
    await makeTemplate(server, 'ours', tries, async (url) => {
      await runJob(url, 'expand');
      await runJob(url, 'backfill');
    });
    await makeTemplate(server, 'pgroll', tries, (url) => connected(url, expandLikePgroll));
    for (const one of CASES) {
      const contest = new Contest(one.name, `of ${tries}`, 'less');
      for (const contender of CONTENDERS) {
        contest.add(
          contender.name,
          await withDatabase(server, contender.template, (url) => lost(url, contender, one)),
        );
      }
      rows.push(contest.row());
    }
  });
  return { bench: 'lost-updates', rows };
}

function lost(url: string, { path }: Contender, { writes, reads }: Case): Promise<number> {
  return connected(url, async (client) => {
    let count = 0;
    for (let id = 1; id <= tries; id += 1) {
      for (const { by, sql, behind } of writes) {
        const all = behind === undefined ? path[by] : `${path[by]}, ${behind}`;
        await tried(client, all, sql(id));
      }
      await client.query(`SET search_path = ${path[reads.by]}`);
      const { rows } = await client.query<{ stands: boolean }>(reads.sql(id));
      if (rows[0]?.stands !== true) count += 1;
    }
    return count;
  });
}

/** What is refused does not stand afterwards, and counts there. */
async function tried(client: pg.Client, path: string, sql: string): Promise<void> {
  await client.query(`SET search_path = ${path}`);
  await client.query(sql).catch(() => undefined);
}
