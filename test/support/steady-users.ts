import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createCrossfade, type Crossfade } from '../../src/sdk/index.ts';

/** Of all rows the first `touched` are written again and again. */
const touched = 200;
const tenants = 100;
const pauseMs = 4;

/** The value that a row ends with, whoever writes it and however often. */
const finalDob = (id: number): string => `20${String(10 + (id % 10))}-0${1 + (id % 9)}-11`;

/** The table as the old version left it, with the views that the old version reads. */
export async function createUsers(url: string, rows = 20_000): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE TABLE users (id bigint PRIMARY KEY, tenant_id text NOT NULL, dob text);
    INSERT INTO users
      SELECT id, 'tenant-' || id % ${tenants}, to_char(date '1980-01-01' + (id % 9000)::int, 'YYYY-MM-DD')
      FROM generate_series(1, ${rows}) AS id;
    CREATE SCHEMA users_v1;
    CREATE VIEW users_v1.users AS SELECT id, tenant_id, dob FROM public.users`);
  await client.end();
}

/** Two instances of an application in this process: they read and write through the SDK without rest. */
export class SteadyUsers {
  readonly failures: string[] = [];
  /** The last acknowledged value of each row. */
  readonly acknowledged = new Map<number, string>();
  /** Writes that the new side took. */
  newWrites = 0;
  visits = 0;
  writing = true;
  /** Each read of the new side throws; the old side answers it. */
  newReadsFail = false;
  readonly #pool: pg.Pool;
  readonly #instances: readonly Crossfade[];
  readonly #loops: readonly Promise<void>[];
  readonly #dobOf: (id: number, turn: number) => string;
  readonly #writtenSince = new Set<number>();
  #writesUnderWay = 0;
  #stopped = false;

  /** @param dobOf what is written; by default the same value each time */
  constructor(
    target: string,
    url: string,
    token: string,
    dobOf: (id: number, turn: number) => string = finalDob,
  ) {
    this.#dobOf = dobOf;
    this.#pool = new pg.Pool({ connectionString: target, max: 6 });
    this.#instances = ['api-1', 'api-2'].map((instance) =>
      createCrossfade({ url, token, service: 'users-api', instance }),
    );
    this.#loops = this.#instances.map((crossfade, index) => this.#work(crossfade, index));
  }

  /** Every row that is written at all has been written since the last call. */
  async everyRowWritten(): Promise<void> {
    this.#writtenSince.clear();
    while (this.#writtenSince.size < touched) await sleep(20);
  }

  /** So many writes more have been taken by the new side. */
  async newSideWrote(more: number): Promise<void> {
    const until = this.newWrites + more;
    while (this.newWrites < until) await sleep(20);
  }

  /** So many visits more have been made. */
  async visited(more: number): Promise<void> {
    const until = this.visits + more;
    while (this.visits < until) await sleep(20);
  }

  /** No more writes; those under way have ended. */
  async rest(): Promise<void> {
    this.writing = false;
    while (this.#writesUnderWay > 0) await sleep(5);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    await Promise.all(this.#instances.map((crossfade) => crossfade.close()));
    await this.#pool.end();
  }

  async #work(crossfade: Crossfade, first: number): Promise<void> {
    const birthdate = crossfade.migration<string | null>('users-birthdate');
    for (let turn = first; !this.#stopped; turn += 2) {
      const id = 1 + (turn % touched);
      await crossfade
        .withUnit(`tenant-${id % tenants}`, async () => {
          await birthdate.read({
            pure: true,
            old: () => this.#value('SELECT dob AS value FROM users_v1.users WHERE id = $1', [id]),
            new: () => this.#newRead(id),
          });
          // A comparison that overlaps a write of its unit is void, so not every visit writes.
          if (this.writing && turn % 6 < 2) await this.#write(birthdate, id, this.#dobOf(id, turn));
        })
        .catch((error: unknown) => this.failures.push(String(error)));
      this.visits += 1;
      await sleep(pauseMs);
    }
  }

  async #newRead(id: number): Promise<string | null> {
    if (this.newReadsFail) throw new Error('date/time field value out of range');
    return this.#value('SELECT birthdate::text AS value FROM users_v2.users WHERE id = $1', [id]);
  }

  async #write(
    birthdate: ReturnType<Crossfade['migration']>,
    id: number,
    dob: string,
  ): Promise<void> {
    const values = [id, dob];
    this.#writesUnderWay += 1;
    await birthdate
      .write({
        old: () => this.#value('UPDATE users_v1.users SET dob = $2 WHERE id = $1', values),
        new: () => {
          this.newWrites += 1;
          return this.#value(
            'UPDATE users_v2.users SET birthdate = $2::date WHERE id = $1',
            values,
          );
        },
      })
      .finally(() => (this.#writesUnderWay -= 1));
    this.acknowledged.set(id, dob);
    this.#writtenSince.add(id);
  }

  async #value(sql: string, values: readonly unknown[]): Promise<string | null> {
    const result = await this.#pool.query<{ value: string | null }>(sql, [...values]);
    return result.rows[0]?.value ?? null;
  }
}
