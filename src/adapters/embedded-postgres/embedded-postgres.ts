import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { openCluster } from './cluster.ts';
import { connectionUrl } from './database.ts';
import { adoptOrLaunch } from './launch.ts';
import { nativeBinaries } from './native-binaries.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { unprivilegedAccount } from './unprivileged-account.ts';

/** How a server is started. */
export interface EmbeddedPostgresOptions {
  /** Created when missing; one server per folder, however often it is started. */
  readonly dataDir: string;
  /** Of 127.0.0.1; a free one when not given. A server that is adopted keeps the port it has. */
  readonly port?: number;
  /** Created when missing; `postgres` when not given. */
  readonly database?: string;
  /** Server settings such as `{ fsync: 'off' }` for tests; an adopted server keeps those it has. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real PostgreSQL on 127.0.0.1 that outlives the process that started it. */
export interface EmbeddedPostgres {
  /** Connection string of the superuser, with password and database. */
  readonly url: string;
  readonly port: number;
  /** Of the postmaster. */
  readonly pid: number;
  /** True when the server was running before, for example after a kill -9 of its starter. */
  readonly adopted: boolean;
  /** Fast shutdown: ends all sessions, writes a checkpoint, returns when the server is gone. */
  stop(): Promise<void>;
}

/** Stops the server that runs on `dataDir`, if there is one. Starts none. */
export async function stopEmbeddedPostgres(dataDir: string): Promise<void> {
  const folder = await realpath(dataDir).catch(() => null);
  if (folder === null) return;
  const pgdata = join(folder, 'pgdata');
  const running = await findPostmaster(pgdata);
  if (running !== null) await stopPostmaster(running.pid, pgdata);
}

/**
 * Starts PostgreSQL on `dataDir`, or adopts the server that already runs there. The server is a
 * process of its own: it survives a kill -9 of its starter, and the next start adopts it. Two
 * starts at once are safe, because PostgreSQL itself lets only one postmaster into a data directory.
 *
 * @throws CrossfadeError `unsupported` without binaries for this machine, `refused` when the
 * folder is closed to the account, `unavailable` when the server does not come up.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, port, database = 'postgres', settings = {} } = options;
  const account = await unprivilegedAccount();
  const binaries = await nativeBinaries(account);
  const cluster = await openCluster(dataDir, binaries, account);
  const program = binaries.postgres;
  const launch = { program, cluster, account, database, port, settings };
  const { postmaster, adopted } = await adoptOrLaunch(launch);
  return {
    url: connectionUrl(cluster, postmaster.port, database),
    port: postmaster.port,
    pid: postmaster.pid,
    adopted,
    stop: () => stopPostmaster(postmaster.pid, cluster.pgdata),
  };
}
