import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';
import { createDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { StartedCrossfade } from './started-crossfade.ts';
import type { Said } from './started-crossfade.ts';

/** Not part of a clone, or a newcomer's own. */
const notInClone = new Set(['.git', '.crossfade', 'policy.yaml', 'coverage']);

/** In place of the address that a page leaves out. */
const leftOut = 'postgresql://…';

/**
 * Somebody with a clone, a service beside it and a PostgreSQL, who types what a page shows. Only the
 * environment is ours: a free port and a data folder of their own, and an npm that stays offline.
 */
export class Newcomer {
  readonly clone: string;
  readonly service: string;
  readonly database: TestDatabase;
  readonly #root: string;
  #crossfade: StartedCrossfade | null = null;

  private constructor(root: string, folder: string, database: TestDatabase) {
    this.#root = root;
    this.clone = join(root, 'crossfade');
    this.service = join(root, folder);
    this.database = database;
  }

  /** @param folder what the service is called */
  static async arrive(folder = 'service'): Promise<Newcomer> {
    const root = await mkdtemp(join(tmpdir(), 'crossfade-newcomer-'));
    await chmod(root, 0o711);
    const newcomer = new Newcomer(root, folder, await createDatabase());
    await mkdir(newcomer.clone);
    for (const name of await readdir('.')) {
      if (!notInClone.has(name)) await symlink(resolve(name), join(newcomer.clone, name));
    }
    await mkdir(newcomer.service);
    await writeFile(join(newcomer.service, 'package.json'), '{ "private": true }\n');
    return newcomer;
  }

  get crossfade(): StartedCrossfade {
    if (this.#crossfade === null) throw new Error('no command has started the server yet');
    return this.#crossfade;
  }

  /** Runs SQL on the newcomer's own database. Returns the rows of the last statement. */
  async query(statements: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    try {
      const results = [await client.query(statements)].flat();
      return results.at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  }

  async save(name: string, text: string): Promise<void> {
    await writeFile(join(this.clone, name), text);
  }

  /** Starts the server in the background, by the command as shown. */
  async start(command: string): Promise<void> {
    this.#crossfade = await StartedCrossfade.start({
      clone: this.clone,
      dataDir: join(this.#root, 'data'),
      command: command.replace(leftOut, this.database.url),
      environment: {},
    });
  }

  /** Types a command into a shell; never rejects. */
  type(command: string, folder = this.clone): Promise<Said> {
    const env = inheritedEnvironment({
      CROSSFADE_DATA_DIR: join(this.#root, 'data'),
      // Contexts of whoever runs the specs are none of a newcomer's.
      XDG_CONFIG_HOME: join(this.#root, 'config'),
      ...(this.#crossfade === null ? {} : { CROSSFADE_URL: this.#crossfade.url }),
      npm_config_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    });
    return new Promise((done) => {
      execFile('sh', ['-c', command], { cwd: folder, env }, (error, out, err) =>
        done({ status: error?.code ?? 0, out: out + err }),
      );
    });
  }

  async leave(): Promise<void> {
    await this.#crossfade?.stop();
    await this.database.drop();
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }
}
