import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connected, withDatabase, withServer } from './bench-server.ts';
import type { BenchOptions, BenchReport } from './report.ts';
import { Contest } from './schema/contest.ts';
import { makeTemplate, runJob } from './schema/users.ts';

const rows = 100_000;
const readerMs = 5_000;
const ddl = 'ALTER TABLE users ADD COLUMN birthdate date';

/** Ways of adding a column while somebody reads the table for five seconds. */
const contenders: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  ours: (url) => runJob(url, 'expand'),
  'naive-alter': (url) => connected(url, (client) => client.query(ddl)),
  'pgroll-algorithm': (url) => connected(url, retried),
};

/** How long others wait at the longest while a table changes behind a reader of five seconds. */
export async function benchDdlStall({ full }: BenchOptions): Promise<BenchReport> {
  const waits = new Contest('longest wait of others', 'ms', 'less');
  const late = new Contest('others that waited longer than 50 ms', 'queries', 'less');
  const done = new Contest('from the beginning to the column', 'ms', 'less');
  await withServer(async (server) => {
    await makeTemplate(server, 'plain', rows, async () => undefined);
    for (let round = 0; round < (full ? 10 : 3); round += 1) {
      for (const [name, run] of Object.entries(contenders)) {
        const seen = await withDatabase(server, 'plain', (url) => behindReader(url, run));
        waits.add(name, Math.max(...seen.waits));
        late.add(name, seen.waits.filter((ms) => ms > 50).length);
        done.add(name, seen.ms);
      }
    }
  });
  return { bench: 'ddl-stall', rows: [waits.row(), late.row(), done.row()] };
}

async function behindReader(
  url: string,
  run: (url: string) => Promise<unknown>,
): Promise<{ readonly waits: readonly number[]; readonly ms: number }> {
  const others = new Others(url);
  await others.warm();
  return connected(url, async (reader) => {
    await reader.query('BEGIN; SELECT count(*) FROM users');
    const reading = sleep(readerMs).then(() => reader.query('COMMIT'));
    await sleep(200);
    const began = performance.now();
    await run(url);
    const ms = performance.now() - began;
    await reading;
    return { waits: await others.stop(), ms };
  });
}

/** Every ten milliseconds a row is read, and one is written, whether or not those before have ended. */
class Others {
  readonly #pool: pg.Pool;
  readonly #open = new Set<Promise<void>>();
  readonly #waits: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 50, min: 50 });
  }

  /** A connection that is made takes longer than any query: they are there before anything is timed. */
  async warm(): Promise<void> {
    await Promise.all(
      Array.from({ length: 50 }, () => this.#pool.query('SELECT FROM users LIMIT 1')),
    );
    let n = 0;
    this.#timer = setInterval(() => {
      n += 1;
      this.#begin('SELECT name FROM users WHERE id = $1', n);
      this.#begin(`UPDATE users SET name = 'n' WHERE id = $1`, n);
    }, 10);
  }

  async stop(): Promise<readonly number[]> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    await this.#pool.end();
    return this.#waits;
  }

  #begin(sql: string, n: number): void {
    const began = performance.now();
    const query = this.#pool.query(sql, [1 + (n % rows)]).then(() => {
      this.#waits.push(performance.now() - began);
      this.#open.delete(query);
    });
    this.#open.add(query);
  }
}

/** pgroll's published way, replayed: wait for 500 ms, then again after a pause that grows from a second. */
async function retried(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = '500ms'`);
  for (let pauseMs = 1_000; ; pauseMs = Math.min(60_000, pauseMs * 2)) {
    try {
      await client.query(ddl);
      return;
    } catch (fault) {
      if (!(fault instanceof pg.DatabaseError) || fault.code !== '55P03') throw fault;
    }
    await sleep(pauseMs * (0.5 + Math.random() / 2));
  }
}
