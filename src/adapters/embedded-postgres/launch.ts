import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CrossfadeError } from '../../core/errors.ts';
import { CLEAN_ENVIRONMENT } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { prepareDatabase } from './database.ts';
import { findPostmaster, isAlive, readPidFile } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';
import type { Account } from './unprivileged-account.ts';

/** What a launch needs to know. */
export interface Launch {
  readonly program: string;
  readonly cluster: Cluster;
  readonly account: Account | null;
  /** Created when missing. */
  readonly database: string;
  /** A free one when undefined. */
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

const DEFAULT_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

const POLL_MS = 20;
const DEADLINE_MS = 60_000;

/** A free port may be taken before the server listens, and a killed server's children let go late. */
const ATTEMPTS = 6;

/** Adopts the server of the cluster if there is one, else launches one; returns when it serves the database. */
export async function adoptOrLaunch(
  wanted: Launch,
): Promise<{ readonly postmaster: Postmaster; readonly adopted: boolean }> {
  const { cluster, database } = wanted;
  const deadline = performance.now() + DEADLINE_MS;
  for (let attempts = 0; performance.now() < deadline;) {
    const running = await findPostmaster(cluster.pgdata);
    if (running?.ready === true && (await prepareDatabase(cluster, running.port, database))) {
      return { postmaster: running, adopted: true };
    }
    if (running === null) {
      if (attempts === ATTEMPTS) break;
      attempts += 1;
      const postmaster = await launch(wanted);
      if (postmaster !== null && (await prepareDatabase(cluster, postmaster.port, database))) {
        return { postmaster, adopted: false };
      }
    }
    // It starts, recovers, stops or dies, or another start was faster than ours.
    await sleep(POLL_MS * 2 ** attempts);
  }
  throw new CrossfadeError(
    'unavailable',
    `PostgreSQL did not start on ${cluster.pgdata}. The end of ${cluster.logFile} says:\n${await logTail(cluster)}`,
  );
}

/** The server when it is ready; null when it ended before that. */
async function launch(wanted: Launch): Promise<Postmaster | null> {
  const { pgdata } = wanted.cluster;
  await removeForeignPidFile(pgdata);
  const child = await spawnServer(wanted, wanted.port ?? (await freePort()));
  while (child.exitCode === null && child.signalCode === null) {
    const recorded = await readPidFile(pgdata);
    if (recorded?.ready === true && recorded.pid === child.pid) return recorded;
    await sleep(POLL_MS);
  }
  return null;
}

/** Detached, and its output in a file: neither a signal to our group nor our death reaches it. */
async function spawnServer(wanted: Launch, port: number): Promise<ChildProcess> {
  const { cluster, account, program } = wanted;
  const settings = Object.entries({ ...DEFAULT_SETTINGS, ...wanted.settings });
  const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(cluster.logFile, 'a', 0o600);
  try {
    const child = spawn(program, ['-D', cluster.pgdata, '-p', String(port), ...options], {
      ...account,
      cwd: cluster.pgdata,
      env: CLEAN_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/**
 * PostgreSQL itself replaces the file of a dead server, but not one whose pid now belongs to
 * another process. Its shared memory still keeps a second server out, so nothing can be damaged.
 */
async function removeForeignPidFile(pgdata: string): Promise<void> {
  const recorded = await readPidFile(pgdata);
  if (recorded === null || !isAlive(recorded.pid)) return;
  if ((await findPostmaster(pgdata)) === null) await rm(join(pgdata, 'postmaster.pid'));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function logTail({ logFile }: Cluster): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n');
}
