import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connected, withDatabase } from '../bench-server.ts';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import { TURN_MS } from '../../src/core/schema-migration/batch-size.ts';
import type { JobKind, JobState } from '../../src/core/schema-migration/job.ts';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { FaultPoints } from '../../src/engine/ports/fault-points.ts';
import { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';

/** The project's sample: a date of birth leaves its text column. */
const MIGRATION: SchemaMigration = {
  name: 'users-birthdate',
  from: 'users_v1',
  to: 'users_v2',
  schema: 'public',
  operations: [
    {
      operation: 'addColumn',
      table: 'users',
      column: 'birthdate',
      type: 'date',
      up: 'dob::date',
      down: { dob: `to_char(birthdate, 'YYYY-MM-DD')` },
    },
  ],
};

/** Half of the columns leave for a table of their own. */
export const SPLIT: SchemaMigration = {
  ...MIGRATION,
  name: 'users-contacts',
  operations: [
    {
      operation: 'splitTable',
      table: 'users',
      into: 'contacts',
      key: { id: 'user_id' },
      columns: ['name', 'email', 'dob'].map((column) => ({ column, to: column })),
      foreignKey: false,
    },
  ],
};

/** Rows of six columns, with statistics and without anything that a vacuum would still do. */
export async function createUsers(client: pg.Client, rows: number): Promise<void> {
  await client.query(`CREATE TABLE users AS SELECT n::bigint AS id, 'tenant-' || n % 500 AS tenant_id,
      md5(n::text) AS name, md5(n::text) || '@example.com' AS email,
      to_char(date '1950-01-01' + n % 20000, 'YYYY-MM-DD') AS dob, now() AS created_at
    FROM generate_series(1, ${rows}) n`);
  await client.query('ALTER TABLE users ADD PRIMARY KEY (id)');
  await client.query('VACUUM (FREEZE, ANALYZE) users');
}

class NoFaults extends FaultPoints {
  override reached(): void {
    // Nothing fails here.
  }
}

/** How long a worker of the server waits when nothing was due. */
const restMs = 100;

/** Each run is a job of its own. */
let asked = 0;

/** Crossfade at work on a target, as its server works: turn by turn. */
export class Crossfade {
  readonly #works: TargetWorks;

  private constructor(works: TargetWorks) {
    this.#works = works;
  }

  /** As a server that has come to know the target when it started. */
  static async on<T>(url: string, work: (crossfade: Crossfade) => Promise<T>): Promise<T> {
    const works = new TargetWorks(openTargetPostgres(url), new NoFaults());
    try {
      await works.prepare();
      return await work(new Crossfade(works));
    } finally {
      await works.close();
    }
  }

  /** Asks for a job and works on it to its end. Throws when it does not end well. */
  async run(kind: JobKind, migration = MIGRATION, workers = 1): Promise<JobState> {
    const id = `bench/${kind}/${(asked += 1)}`;
    const spec = {
      id,
      rollout: 'bench',
      kind,
      migration,
      batchTimeMs: 100,
      generation: 1,
    };
    await this.#works.ensureJob(spec);
    const isOver = { value: false };
    const others = Array.from({ length: workers - 1 }, (_, at) => this.#work(`w${at}`, isOver));
    try {
      return await this.#until(id);
    } finally {
      isOver.value = true;
      await Promise.all(others);
    }
  }

  async #until(id: string): Promise<JobState> {
    for (;;) {
      if (await this.#turn('w')) continue;
      const state = (await this.#works.jobs('bench')).find((one) => one.id === id);
      if (state === undefined) throw new Error(`there is no job ${id}`);
      if (state.status === 'done') return state;
      if (state.status === 'failed') throw new Error(`${id} failed: ${state.reason ?? ''}`);
      await sleep(restMs);
    }
  }

  async #work(worker: string, isOver: { readonly value: boolean }): Promise<void> {
    while (!isOver.value) if (!(await this.#turn(worker))) await sleep(restMs);
  }

  #turn(worker: string): Promise<boolean> {
    return this.#works.work(worker, TURN_MS, new AbortController().signal);
  }
}

/** Runs one job on the database at `url`, as so many replicas of the server would. */
export function runJob(
  url: string,
  kind: JobKind,
  workers = 1,
  migration = MIGRATION,
): Promise<JobState> {
  return Crossfade.on(url, (crossfade) => crossfade.run(kind, migration, workers));
}

/** A database to begin with: the table with so many rows, and what `prepare` makes of it. */
export async function makeTemplate(
  server: string,
  name: string,
  rows: number,
  prepare: (url: string) => Promise<unknown>,
): Promise<void> {
  await withDatabase(server, null, async (url, made) => {
    await connected(url, (client) => createUsers(client, rows));
    await prepare(url);
    await connected(server, async (admin) => {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${made} STRATEGY file_copy`);
    });
  });
}
