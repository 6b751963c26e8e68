import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import { grantsFor, missing } from '../../src/core/schema-migration/preflight/grants.ts';
import type { Grant } from '../../src/core/schema-migration/preflight/grants.ts';
import type { JobKind, JobState } from '../../src/core/schema-migration/job.ts';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';
import { NoFaults } from '../../src/adapters/system/kill-points.ts';
import { createDatabase } from './database.ts';
import { USERS_BIRTHDATE, USERS_TABLE } from './users-target.ts';

/**
 * A target where nothing is free for PUBLIC, whose table belongs to an ordinary role, and a role for
 * Crossfade that has nothing but its name.
 */
export class RestrictedTarget {
  readonly role: string;
  readonly owner: string;
  readonly admin: pg.Client;
  readonly #url: string;
  readonly #drop: () => Promise<void>;
  #works: TargetWorks | undefined;

  private constructor(url: string, id: string, drop: () => Promise<void>) {
    this.#url = url;
    this.role = `crossfade_${id}`;
    this.owner = `owner_${id}`;
    this.admin = new pg.Client({ connectionString: url });
    this.#drop = drop;
  }

  /** @param setup SQL that the owner's table needs besides; `$owner` and `$role` stand for the roles */
  static async create(server: string, setup = ''): Promise<RestrictedTarget> {
    const created = await createDatabase(server);
    const { url } = created;
    const id = randomBytes(4).toString('hex');
    const target = new RestrictedTarget(url, id, () => created.drop());
    const { admin, owner, role } = target;
    await admin.connect();
    const database = new URL(url).pathname.slice(1);
    await admin.query(
      `CREATE ROLE ${owner}; CREATE ROLE ${role} LOGIN PASSWORD 'secret';
       REVOKE ALL ON DATABASE ${database} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;
       ${USERS_TABLE}; ALTER TABLE users OWNER TO ${owner};
       INSERT INTO users (dob) VALUES ('1990-01-01'), (NULL), ('1991-02-03')`,
    );
    await admin.query(setup.replaceAll('$owner', owner).replaceAll('$role', role));
    return target;
  }

  /** What the role lacks, as an administrator sees it. */
  async lacking(migration: SchemaMigration | null = USERS_BIRTHDATE): Promise<readonly Grant[]> {
    const database = openTargetPostgres(this.#url);
    try {
      const facts = await database.facts(migration, this.role);
      return missing(grantsFor(facts, { migration, scratch: false }));
    } finally {
      await database.close();
    }
  }

  async grant(grants: readonly Grant[]): Promise<void> {
    for (const { sql } of grants) await this.admin.query(sql);
  }

  /** Crossfade's work by the restricted role, prepared. */
  async works(): Promise<TargetWorks> {
    if (this.#works === undefined) {
      const url = new URL(this.#url);
      url.username = this.role;
      url.password = 'secret';
      const works = new TargetWorks(openTargetPostgres(url.href), new NoFaults());
      this.#works = works;
      await works.prepare();
    }
    return this.#works;
  }

  /** Works until the job has ended, or a person has to do something first. */
  async run(kind: JobKind, migration = USERS_BIRTHDATE): Promise<JobState> {
    const works = await this.works();
    const id = `${migration.name}/${kind}`;
    const asked = { id, rollout: 'r1', kind, migration, batchTimeMs: 100, generation: 1 };
    await works.ensureJob(asked);
    for (;;) {
      await works.work('spec', 1_000, new AbortController().signal);
      const state = (await works.jobs('r1')).find((job) => job.id === id);
      if (state === undefined) throw new Error(`There is no job ${id}.`);
      if (!['pending', 'running'].includes(state.status) || state.hold !== undefined) return state;
    }
  }

  async close(): Promise<void> {
    await this.#works?.close();
    await this.admin.query(`DROP OWNED BY ${this.owner}, ${this.role} CASCADE`);
    await this.admin.query(`DROP ROLE ${this.owner}, ${this.role}`);
    await this.admin.end();
    await this.#drop();
  }
}
