import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupDirectory } from '../../src/adapters/backup-files/backup-directory.ts';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import type { BackupPolicy } from '../../src/core/schema-migration/backup/backup-policy.ts';
import type { JobState } from '../../src/core/schema-migration/job.ts';
import { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';
import { UsersTarget, USERS_BIRTHDATE } from './users-target.ts';

const never = new AbortController().signal;

/** The job that waits for the backup; its name is the backup's as well. */
export const EXPAND = 'users-birthdate-1/expand';

export const asFiles: BackupPolicy = {
  to: 'files',
  verify: true,
  keepForMs: 3_600_000,
  atMostBytes: 1024 ** 3,
};

class KnownDirectory extends BackupDirectory {
  readonly folder: string;

  constructor(folder: string) {
    super(folder);
    this.folder = folder;
  }
}

/** A target with users, and a folder for backups of them. */
export class BackedUpUsers {
  readonly target: UsersTarget;
  readonly folder: string;
  readonly files: KnownDirectory;
  works: TargetWorks;

  private constructor(target: UsersTarget, folder: string) {
    this.target = target;
    this.folder = folder;
    this.files = new KnownDirectory(join(folder, 'backups'));
    this.works = this.#open();
  }

  static async create(server?: string): Promise<BackedUpUsers> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-backup-'));
    const target = await UsersTarget.create(undefined, server);
    await target.admin.query(
      `INSERT INTO users (name, dob) SELECT 'user ' || n, (DATE '1950-01-01' + n % 20000)::text
       FROM generate_series(1, 2000) n;
       INSERT INTO users (name, dob) VALUES (E'tab\\tline\\nback\\\\slash', NULL), ('', '2000-02-29')`,
    );
    return new BackedUpUsers(target, folder);
  }

  /** As another process would, which knows nothing of what the last one had under way. */
  async reopen(): Promise<void> {
    await this.works.close();
    this.works = this.#open();
  }

  async ask(backup: BackupPolicy = asFiles, generation = 1): Promise<void> {
    const asked = { id: EXPAND, rollout: 'users-birthdate-1', kind: 'expand' } as const;
    const migration = USERS_BIRTHDATE;
    await this.works.ensureJob({ ...asked, migration, batchTimeMs: 100, generation, backup });
  }

  /** One turn, at once. */
  async turn(): Promise<JobState> {
    await this.target.admin.query('UPDATE crossfade.job SET due_at = clock_timestamp()');
    await this.works.work('spec', 1_000, never);
    return this.job();
  }

  /** Until expand has ended, or the backup has failed. */
  async expand(backup: BackupPolicy = asFiles): Promise<JobState> {
    await this.ask(backup);
    for (;;) {
      const state = await this.turn();
      if (state.status === 'done' || state.status === 'failed') return state;
      if (state.hold !== undefined && state.hold !== 'backup') return state;
    }
  }

  async job(): Promise<JobState> {
    const [job] = await this.works.jobs('users-birthdate-1');
    if (job === undefined) throw new Error('There is no job.');
    return job;
  }

  /** Its row. */
  async backup(): Promise<Record<string, unknown>> {
    const { rows } = await this.target.admin.query<Record<string, unknown>>(
      'SELECT *, bytes::int AS bytes FROM crossfade.backup',
    );
    return rows[0] ?? {};
  }

  /** Names of what stands in the folder, whole and drafts. */
  async folders(): Promise<readonly string[]> {
    return this.namesNow();
  }

  /** The same at once, for fault points, which wait for nobody. */
  namesNow(): readonly string[] {
    return existsSync(this.files.folder) ? readdirSync(this.files.folder) : [];
  }

  /** Expand has made nothing yet. */
  async isUntouched(): Promise<boolean> {
    const { rowCount } = await this.target.admin.query(
      `SELECT FROM pg_namespace WHERE nspname IN ('users_v1', 'users_v2')`,
    );
    return rowCount === 0;
  }

  async close(): Promise<void> {
    await this.works.close();
    await this.target.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #open(): TargetWorks {
    return new TargetWorks(openTargetPostgres(this.target.url), this.target.faults, this.files);
  }
}
