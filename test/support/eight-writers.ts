import type pg from 'pg';
import type { JobKind } from '../../src/core/schema-migration/job.ts';
import { until } from './until.ts';
import { UsersTarget } from './users-target.ts';

/** As many at each moment: one half of them is old code, the other one new. */
const WRITERS = 8;

/** What came of a migration that went there and back under eight writers. */
export interface WrittenThrough {
  /** Writes that were answered. */
  readonly written: number;
  /** What writers were told that were to be served. */
  readonly failures: readonly string[];
  /** What a writer on the old view was told after contract; null when it was served. */
  readonly late: string | null;
  /** What the parts did not come to; empty when all was well. */
  readonly wrong: readonly string[];
}

/** Writes as fast as it is answered, through the view of its version as soon as there is one. */
class Writer {
  readonly failures: string[] = [];
  /** In all, and since it was told where to write. */
  total = 0;
  written = 0;
  #table = 'public.users';
  #column = 'name';
  #isOver = false;
  readonly #client: pg.Client;
  readonly #ended: Promise<void>;

  constructor(client: pg.Client, number: number) {
    this.#client = client;
    this.#ended = this.#write(number);
  }

  /** From its next statement on. */
  use(table: string, column: string): void {
    [this.#table, this.#column, this.written] = [table, column, 0];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
  }

  async #write(number: number): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      const id = 1 + ((turn * WRITERS + number) % 400);
      const value = this.#column === 'name' ? `w${turn}` : `19${10 + (turn % 90)}-01-02`;
      try {
        await this.#client.query(`UPDATE ${this.#table} SET ${this.#column} = $1 WHERE id = $2`, [
          value,
          id,
        ]);
        this.written += 1;
        this.total += 1;
      } catch (fault) {
        this.failures.push(String(fault));
      }
    }
  }
}

/**
 * Expand under eight writers of the old table, four on each version's view once there are two, contract
 * under eight on the new view and one that comes late to the old one, and restore under all of them.
 */
export async function writeThrough(): Promise<WrittenThrough> {
  const target = await UsersTarget.create();
  const writers: Writer[] = [];
  const wrong: string[] = [];
  const run = async (kind: JobKind): Promise<void> => {
    const { status, reason, quarantined, differences } = await target.run(kind);
    if (status !== 'done') wrong.push(`${kind} ${status}: ${reason ?? ''}`);
    if (quarantined > 0) wrong.push(`${quarantined} rows in quarantine after ${kind}`);
    if (differences !== null && differences > 0) wrong.push(`${differences} rows differ`);
  };
  const everybodyUses = async (version: (number: number) => 'old' | 'new'): Promise<void> => {
    for (const [number, writer] of writers.entries()) {
      if (version(number) === 'old') writer.use('users_v1.users', 'dob');
      else writer.use('users_v2.users', 'birthdate');
    }
    await allHaveWritten(writers);
  };
  try {
    await target.admin.query(
      `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 400) n`,
    );
    for (let number = 0; number < WRITERS; number += 1) {
      writers.push(new Writer(await target.application(), number));
    }
    await allHaveWritten(writers);
    await run('expand');
    await everybodyUses((number) => (number % 2 === 0 ? 'old' : 'new'));
    for (const kind of ['backfill', 'verify'] as const) await run(kind);
    await everybodyUses(() => 'new');
    await run('contract');
    await everybodyUses(() => 'new');
    const late = await (
      await target.application()
    )
      .query(`UPDATE users_v1.users SET dob = '2000-01-01' WHERE id = 1`)
      .then(() => null, messageOf);
    await run('restore');
    await Promise.all(writers.map((one) => one.stop()));
    await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
    await run('verify');
    const written = writers.reduce((sum, { total }) => sum + total, 0);
    return { written, failures: writers.flatMap(({ failures }) => failures), late, wrong };
  } finally {
    await Promise.all(writers.map((one) => one.stop()));
    await target.close();
  }
}

const messageOf = (fault: unknown): string =>
  fault instanceof Error ? fault.message : String(fault);

const allHaveWritten = (writers: readonly Writer[]): Promise<void> =>
  until(() => Promise.resolve(writers.every(({ written }) => written > 5)));
