import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLEAN_ENVIRONMENT, SUPERUSER } from '../../src/adapters/embedded-postgres/cluster.ts';
import { connectionUrl } from '../../src/adapters/embedded-postgres/database.ts';
import { adoptOrLaunch } from '../../src/adapters/embedded-postgres/launch.ts';
import { stopPostmaster } from '../../src/adapters/embedded-postgres/postmaster.ts';
import { unprivilegedAccount } from '../../src/adapters/embedded-postgres/unprivileged-account.ts';
import { QUIET } from './embedded-server.ts';

const run = promisify(execFile);

/** A server of a spec's own, by the programs that Debian's package brings. */
export interface DebianPostgres {
  /** Connection string of its superuser. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the oldest PostgreSQL that Debian has installed: an older one than npm's. */
export async function startDebianPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<DebianPostgres> {
  const account = await unprivilegedAccount();
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-debian-postgres-'));
  const pgdata = join(folder, 'pgdata');
  const passwordFile = join(folder, 'password');
  const password = randomBytes(24).toString('hex');
  await mkdir(pgdata, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== null) {
    await chmod(folder, 0o711);
    for (const path of [pgdata, passwordFile]) await chown(path, account.uid, account.gid);
  }
  const programs = oldestPrograms();
  const options = [`--pgdata=${pgdata}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  const fixed = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await run(join(programs, 'initdb'), [...options, ...fixed], {
    ...account,
    cwd: pgdata,
    env: CLEAN_ENVIRONMENT,
  });
  const cluster = { pgdata, logFile: join(folder, 'postgres.log'), password };
  const quick = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', ...QUIET };
  const { postmaster } = await adoptOrLaunch({
    program: join(programs, 'postgres'),
    cluster,
    account,
    database: 'postgres',
    port: undefined,
    settings: { ...quick, ...settings },
  });
  return {
    url: connectionUrl(cluster, postmaster.port, 'postgres'),
    close: async () => {
      await stopPostmaster(postmaster.pid, pgdata);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What `pg_dump --schema-only` says of schema `public`, without the order of columns and without what
 * Crossfade has put aside.
 */
export async function dumpedSchema(url: string): Promise<readonly string[]> {
  const program = join(oldestPrograms(), 'pg_dump');
  const { stdout } = await run(program, ['--schema-only', '--schema=public', url]);
  return stdout
    .split('\n')
    .map((line) => line.replace(/,$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('--') && !line.startsWith('\\'))
    .toSorted();
}

function oldestPrograms(): string {
  const versions = globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const [oldest] = versions;
  if (oldest === undefined) throw new Error("Debian's package postgresql is not installed.");
  return oldest;
}
