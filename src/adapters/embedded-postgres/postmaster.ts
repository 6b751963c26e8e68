import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `postmaster.pid` says about the server of a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** False while it starts, recovers or stops. */
  readonly ready: boolean;
}

/** Lines of postmaster.pid, counted from 0 (PostgreSQL, src/include/utils/pidfile.h). */
const LINE = { pid: 0, port: 3, status: 7 } as const;

/** The running server of `pgdata`; null when there is none, whatever a stale file says. */
export async function findPostmaster(pgdata: string): Promise<Postmaster | null> {
  const recorded = await readPidFile(pgdata);
  if (recorded === null || !(await isPostmasterOf(recorded.pid, pgdata))) return null;
  return recorded;
}

/** The pid that `postmaster.pid` names, be it alive or not. */
export async function readPidFile(pgdata: string): Promise<Postmaster | null> {
  const text = await readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[LINE.pid]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return {
    pid,
    port: Number(lines[LINE.port] ?? 0),
    ready: lines[LINE.status]?.trim() === 'ready',
  };
}

/**
 * Whether this process is the server of this data directory. A pid alone proves nothing: after a
 * reboot another process may have it. A zombie has no command line, so it counts as gone.
 */
async function isPostmasterOf(pid: number, pgdata: string): Promise<boolean> {
  return (await commandLine(pid)).includes(pgdata);
}

async function commandLine(pid: number): Promise<readonly string[]> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.split('\0');
  }
  const answer = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => null);
  return answer?.stdout.trim().split(' ') ?? [];
}

/** Whether a process of this pid exists, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as { code?: string }).code === 'EPERM';
  }
}

const POLL_MS = 20;
const FAST_STOP_MS = 30_000;

/** Fast shutdown, immediate after half a minute; returns when the process is gone. */
export async function stopPostmaster(pid: number, pgdata: string): Promise<void> {
  const impatient = performance.now() + FAST_STOP_MS;
  for (let sent: NodeJS.Signals | null = null; await isPostmasterOf(pid, pgdata);) {
    const wanted = performance.now() < impatient ? 'SIGINT' : 'SIGQUIT';
    if (sent !== wanted) process.kill(pid, wanted);
    sent = wanted;
    await sleep(POLL_MS);
  }
}
