import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isOfHere, readProcess, recordProcess, stillRuns } from './process-record.ts';
import type { ProcessRecord } from './process-record.ts';

let folder: string;
let child: ChildProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-record-'));
  child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await recordProcess(folder, 'child', child.pid ?? 0);
});

afterAll(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function recorded(): Promise<ProcessRecord> {
  const record = await readProcess(folder, 'child');
  if (record === null) throw new Error('nothing was written down');
  return record;
}

describe('a process that was written down', () => {
  it('is known again as long as it runs, and not after it', async () => {
    expect(await stillRuns(await recorded())).toBe(true);
    expect(await isOfHere(await recorded())).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await stillRuns(await recorded())).toBe(false);
  });

  it('is not another one that has its pid by now', async () => {
    expect(await stillRuns({ ...(await recorded()), pid: process.pid })).toBe(false);
  });

  it('is of here only on this machine since its last start', async () => {
    expect(await isOfHere({ ...(await recorded()), where: 'elsewhere' })).toBe(false);
  });

  it('is nobody where the file is cut short, or says nothing', async () => {
    await writeFile(join(folder, 'cut.process.json'), '{"pid":12,"beg');
    await writeFile(join(folder, 'half.process.json'), '{"pid":12}');
    for (const name of ['cut', 'half', 'none']) expect(await readProcess(folder, name)).toBeNull();
  });
});
