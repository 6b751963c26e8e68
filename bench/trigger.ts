import pg from 'pg';
import { connected, withDatabase, withServer } from './bench-server.ts';
import type { BenchOptions, BenchReport, Row } from './report.ts';
import { Contest } from './schema/contest.ts';
import { expandLikePgroll } from './schema/pgroll-replay.ts';
import { timed } from './schema/timed.ts';
import { makeTemplate, runJob } from './schema/users.ts';

const rows = 100_000;
/** Updates of one measurement. */
const fromClient = 1_000;
const onServer = 10_000;
const clients = 2;

const columns = [
  ['unrelated column', 'name', `'n' || $1::int`],
  ['synced column', 'dob', `to_char(date '1960-01-01' + $1::int % 9000, 'YYYY-MM-DD')`],
] as const;

/** Runs so many updates of one row each on the database at `url`. */
type Updates = (url: string, column: string, value: string, round: number) => Promise<void>;

/**
 * What the sync costs an update of one row: against the same table without a trigger, ours beside
 * pgroll's pair. From a client, statement by statement, as an application writes; and in a loop on the
 * server, where nothing else takes time. Commits wait for no disk.
 */
export async function benchTrigger({ full }: BenchOptions): Promise<BenchReport> {
  const rounds = full ? 15 : 5;
  return withServer(async (server) => {
    await makeTemplate(server, 'plain', rows, async () => undefined);
    await makeTemplate(server, 'ours', rows, (url) => runJob(url, 'expand'));
    await makeTemplate(server, 'pgroll', rows, (url) => connected(url, expandLikePgroll));
    const found: Row[] = [];
    for (const [name, column, value] of columns) {
      found.push(
        await compare(server, name, rounds, (url, at) => statements(url, column, value, at)),
      );
    }
    for (const [name, column, value] of columns) {
      const loop = `${name}, in a loop on the server`;
      found.push(await compare(server, loop, rounds, (url, at) => inLoop(url, column, value, at)));
    }
    return { bench: 'trigger', rows: found };
  });
}

/** In turn on three databases, round by round; the cost is that of a round against its own plain one. */
function compare(
  server: string,
  name: string,
  rounds: number,
  update: (url: string, round: number) => Promise<void>,
): Promise<Row> {
  const contest = new Contest(name, '%', 'less');
  const on = <T>(template: string, work: (url: string) => Promise<T>): Promise<T> =>
    withDatabase(server, template, work);
  return on('plain', (plain) =>
    on('ours', (ours) =>
      on('pgroll', async (pgroll) => {
        for (const url of [plain, ours, pgroll]) await update(url, 0);
        for (let round = 1; round <= rounds; round += 1) {
          const base = await timed(() => update(plain, round));
          const pairs = [
            ['ours', ours],
            ['pgroll-algorithm', pgroll],
          ] as const;
          for (const [contender, url] of round % 2 === 0 ? pairs : pairs.toReversed()) {
            const ms = await timed(() => update(url, round));
            contest.add(contender, (ms / base - 1) * 100);
          }
        }
        return contest.row();
      }),
    ),
  );
}

const statements: Updates = async (url, column, value, round) => {
  const each = fromClient / clients;
  await Promise.all(
    Array.from({ length: clients }, (_, client) =>
      connected(url, async (connection: pg.Client) => {
        await connection.query('SET synchronous_commit = off');
        const text = `UPDATE users SET ${column} = ${value} WHERE id = $2`;
        for (let n = 0; n < each; n += 1) {
          const id = 1 + ((round * fromClient + client * each + n) % rows);
          await connection.query({ name: column, text, values: [n + round, id] });
        }
      }),
    ),
  );
};

const inLoop: Updates = (url, column, value, round) =>
  connected(url, async (connection) => {
    await connection.query('SET synchronous_commit = off');
    const set = value.replace('$1::int', `(n + ${round})`);
    await connection.query(`DO $$ BEGIN FOR n IN 1..${onServer} LOOP
      UPDATE users SET ${column} = ${set} WHERE id = 1 + (n + ${round * onServer}) % ${rows};
    END LOOP; END $$`);
  });
