import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopEmbeddedPostgres } from '../../adapters/embedded-postgres/embedded-postgres.ts';
import { isOfHere, readProcess, stillRuns } from './process-record.ts';
import type { ProcessRecord } from './process-record.ts';
import { folderNames, owner, removeFolder } from './temporary-folder.ts';

/** What a demo starts that outlives it: the control plane, and where PostgreSQL servers keep data. */
export interface Outliving {
  readonly processes: readonly string[];
  /** Below the folder of the run. */
  readonly databases: readonly string[];
}

const patienceMs = 15_000;
const pollMs = 50;

/**
 * A demo that was killed with -9 leaves servers behind. This stops them and removes their folders.
 * It touches only what a folder of our own account names, whose demo is dead, and of which each
 * process is still the one that was written down. Returns a line for each folder, for people.
 */
export async function sweepLeftovers(outliving: Outliving): Promise<readonly string[]> {
  const told: string[] = [];
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(folderNames.removed) || !(await isLeftover(folder))) continue;
    const kept = name.startsWith(folderNames.kept);
    try {
      await stopAll(folder, outliving);
      if (!kept) await removeFolder(folder);
    } catch (fault) {
      // It can wait for the next demo; this one has folders and ports of its own.
      told.push(`a demo that was killed left ${folder}, which cannot be cleared: ${String(fault)}`);
      continue;
    }
    if (!kept) told.push(`cleared what a demo that was killed had left in ${folder}`);
  }
  return told;
}

async function isLeftover(folder: string): Promise<boolean> {
  const entry = await lstat(folder).catch(() => null);
  if (entry === null || !entry.isDirectory() || entry.uid !== process.getuid?.()) return false;
  const demo = await readProcess(folder, owner);
  return demo !== null && (await isOfHere(demo)) && !(await stillRuns(demo));
}

async function stopAll(folder: string, { processes, databases }: Outliving): Promise<void> {
  for (const name of processes) {
    const record = await readProcess(folder, name);
    if (record !== null) await end(record);
  }
  for (const path of databases) await stopEmbeddedPostgres(join(folder, path));
}

/** By SIGTERM, and when that does not help by SIGKILL. */
async function end(record: ProcessRecord): Promise<void> {
  const impatient = performance.now() + patienceMs;
  for (let sent: NodeJS.Signals | null = null; await stillRuns(record); await sleep(pollMs)) {
    const wanted = performance.now() < impatient ? 'SIGTERM' : 'SIGKILL';
    if (sent !== wanted) process.kill(record.pid, wanted);
    sent = wanted;
  }
}
