import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readProcess } from '../../src/demo/processes/process-record.ts';

const run = promisify(execFile);
const startLimitMs = 60_000;

/** A temporary folder of its own with what a demo left in it that was killed with -9. */
export interface KilledDemo {
  /** To be given to the next demo as TMPDIR. */
  readonly temporary: string;
  /** Pids of the control plane and of both databases, which still run. */
  readonly left: readonly number[];
  /** A process that has the pid of one that a dead demo wrote down, and is not that one. */
  readonly stranger: ChildProcess;
  clear(): Promise<void>;
}

/** Starts a demo, and kills it as soon as all that outlives it runs. */
export async function killedDemo(): Promise<KilledDemo> {
  const temporary = await mkdtemp(join(tmpdir(), 'crossfade-killed-demo-'));
  await chmod(temporary, 0o711);
  const demo = spawn('npm', ['run', '-s', 'demo', '--', '--scenario', 'healthy'], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: temporary },
  });
  const folder = await folderIn(temporary);
  const left = await untilAllRun(folder);
  const owner = await readProcess(folder, 'demo');
  process.kill(owner?.pid ?? Number.NaN, 'SIGKILL');
  await once(demo, 'exit');
  const stranger = await strangerIn(temporary, folder);
  const clear = async (): Promise<void> => {
    stranger.kill('SIGKILL');
    await rm(temporary, { recursive: true, force: true });
  };
  return { temporary, left, stranger, clear };
}

/** Whether a process of this pid is there and no zombie. */
export async function runs(pid: number): Promise<boolean> {
  const answer = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => null);
  return answer !== null && !answer.stdout.startsWith('Z');
}

async function folderIn(temporary: string): Promise<string> {
  for (const since = performance.now(); performance.now() - since < startLimitMs;) {
    const [name] = (await readdir(temporary)).filter((one) => one.startsWith('crossfade-demo-'));
    if (name !== undefined) return join(temporary, name);
    await sleep(50);
  }
  throw new Error(`no demo made a folder in ${temporary}`);
}

async function untilAllRun(folder: string): Promise<readonly number[]> {
  for (const since = performance.now(); performance.now() - since < startLimitMs;) {
    const controlPlane = await readProcess(folder, 'control-plane');
    const databases = await Promise.all(
      ['target', join('control-plane', 'postgres')].map((data) => postmasterOf(join(folder, data))),
    );
    const pids = [controlPlane?.pid ?? 0, ...databases];
    if (pids.every((pid) => pid > 0)) return pids;
    await sleep(50);
  }
  throw new Error(`the demo in ${folder} did not start its servers`);
}

/** 0 until it is ready. */
async function postmasterOf(data: string): Promise<number> {
  const file = await readFile(join(data, 'pgdata', 'postmaster.pid'), 'utf8').catch(() => '');
  return /^ready/m.test(file) ? Number(file.split('\n')[0]) : 0;
}

/** A second leftover: its control plane is gone, and its pid belongs to somebody else by now. */
async function strangerIn(temporary: string, folder: string): Promise<ChildProcess> {
  const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
  const other = join(temporary, 'crossfade-demo-other');
  await mkdir(other);
  const dead = await readFile(join(folder, 'demo.process.json'), 'utf8');
  await writeFile(join(other, 'demo.process.json'), dead);
  const record = { ...(JSON.parse(dead) as object), pid: stranger.pid };
  await writeFile(join(other, 'control-plane.process.json'), JSON.stringify(record));
  return stranger;
}
