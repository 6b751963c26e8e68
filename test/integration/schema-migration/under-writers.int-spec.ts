import { afterEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { propertyRuns } from '../../support/property-runs.ts';
import { until } from '../../support/until.ts';
import { UsersTarget } from '../../support/users-target.ts';

/** As many at each moment: one half of them is old code, the other one new. */
const WRITERS = 8;
const ROUNDS = propertyRuns(2);

/** Writes as fast as it is answered, through the view of its version as soon as there is one. */
class Writer {
  readonly failures: string[] = [];
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
      } catch (fault) {
        this.failures.push(String(fault));
      }
    }
  }
}

describe('eight writers', () => {
  let target: UsersTarget;
  let writers: readonly Writer[] = [];
  afterEach(async () => {
    await Promise.all(writers.map((one) => one.stop()));
    await target.close();
  });

  const allHaveWritten = () =>
    until(() => Promise.resolve(writers.every(({ written }) => written > 5)));

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'lose no write to expand or contract, and a late one is told (round %i)',
    async () => {
      target = await UsersTarget.create();
      await target.admin.query(
        `INSERT INTO users (dob) SELECT to_char(date '1950-01-01' + n, 'YYYY-MM-DD') FROM generate_series(1, 400) n`,
      );
      const clients = await Promise.all(
        Array.from({ length: WRITERS }, () => target.application()),
      );
      writers = clients.map((client, number) => new Writer(client, number));
      await allHaveWritten();
      expect(await target.run('expand')).toMatchObject({ status: 'done' });
      for (const [number, writer] of writers.entries()) {
        if (number % 2 === 0) writer.use('users_v1.users', 'dob');
        else writer.use('users_v2.users', 'birthdate');
      }
      await allHaveWritten();
      for (const kind of ['backfill', 'verify'] as const) {
        expect(await target.run(kind)).toMatchObject({ status: 'done', quarantined: 0 });
      }
      for (const writer of writers) writer.use('users_v2.users', 'birthdate');
      await allHaveWritten();
      expect(await target.run('contract')).toMatchObject({ status: 'done' });
      for (const writer of writers) writer.use('users_v2.users', 'birthdate');
      await allHaveWritten();
      const late = await target.application();
      await expect(
        late.query(`UPDATE users_v1.users SET dob = '2000-01-01' WHERE id = 1`),
      ).rejects.toThrow(
        'users_v1.users is gone: schema migration users-birthdate has been completed',
      );
      expect(await target.run('restore')).toMatchObject({ status: 'done' });
      await Promise.all(writers.map((one) => one.stop()));
      expect(writers.flatMap(({ failures }) => failures)).toEqual([]);
      await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
      expect(await target.run('verify')).toMatchObject({ differences: 0, quarantined: 0 });
    },
  );
});
