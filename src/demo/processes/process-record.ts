import { readFile, readlink, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A process as a file can name it. A pid alone names nobody: another process may have it by now. */
export interface ProcessRecord {
  readonly pid: number;
  /** When it began, in the words of the system; no two processes of one pid share it. */
  readonly began: string;
  /** The machine since its last start, and the room on it in which the pid means this process. */
  readonly where: string;
}

const run = promisify(execFile);

/** Writes down in `folder` who the process is, so that somebody can find it when its parent is gone. */
export async function recordProcess(folder: string, name: string, pid: number): Promise<void> {
  const began = await beginOf(pid);
  if (began === null) return;
  const record: ProcessRecord = { pid, began, where: await here() };
  await writeFile(fileOf(folder, name), JSON.stringify(record), { mode: 0o600 });
}

/** What was written down; null when nothing was, or only a part of it. */
export async function readProcess(folder: string, name: string): Promise<ProcessRecord | null> {
  try {
    const read = JSON.parse(await readFile(fileOf(folder, name), 'utf8')) as Partial<ProcessRecord>;
    const { pid, began, where } = read;
    if (typeof pid !== 'number' || typeof began !== 'string' || typeof where !== 'string')
      return null;
    return { pid, began, where };
  } catch {
    return null;
  }
}

/** Whether its pid can be asked about from here: not in another container, nor before a restart. */
export async function isOfHere({ where }: ProcessRecord): Promise<boolean> {
  return where === (await here());
}

/** Whether exactly this process is still there. */
export async function stillRuns({ pid, began }: ProcessRecord): Promise<boolean> {
  return began === (await beginOf(pid));
}

function fileOf(folder: string, name: string): string {
  return join(folder, `${name}.process.json`);
}

async function here(): Promise<string> {
  if (process.platform !== 'linux') return process.platform;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
}

/** Null for a process that is gone, or a zombie. */
async function beginOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') {
    const answer = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => null);
    return answer === null ? null : answer.stdout.trim() || null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program stands in brackets and may hold anything; state and times follow it.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? null : (fields[ticksAtBegin] ?? null);
}

/** Field 22 of proc(5), counted from the field behind the state. */
const ticksAtBegin = 18;
