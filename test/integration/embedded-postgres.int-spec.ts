import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts';
import type {
  EmbeddedPostgres,
  EmbeddedPostgresOptions,
} from '../../src/adapters/embedded-postgres/embedded-postgres.ts';
import { freePort } from '../../src/demo/processes/free-port.ts';

/** A cluster takes a second to make, so the specs share one; each starts its own server on it. */
let shared: string;
let dataDir: string;
let running: EmbeddedPostgres[];
let starters: ChildProcess[];

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'crossfade-embedded-'));
});

beforeEach(() => {
  dataDir = shared;
  running = [];
  starters = [];
});

afterEach(async () => {
  for (const starter of starters) starter.kill('SIGKILL');
  for (const postgres of running) await postgres.stop();
  if (dataDir !== shared) await rm(dataDir, { recursive: true, force: true });
});

afterAll(async () => {
  await rm(shared, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' }, ...options });
  running.push(postgres);
  return postgres;
}

/** Starts the server from a process of its own, which can then be killed. */
async function startElsewhere(): Promise<{ starter: ChildProcess; pid: number; how: string }> {
  const script = new URL('../fixtures/start-postgres.ts', import.meta.url).pathname;
  const starter = spawn(process.execPath, [script, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  starters.push(starter);
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  const [pid, how] = line.split(' ');
  return { starter, pid: Number(pid), how: how ?? '' };
}

async function query<T>(url: string, statement: string): Promise<T | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows[0] as T | undefined;
  } finally {
    await client.end();
  }
}

describe('startEmbeddedPostgres', () => {
  it('starts PostgreSQL 18 in UTF8 and UTC, with the database and settings asked for', async () => {
    const { url, adopted } = await start({ database: 'Cross fade', settings: { work_mem: '5MB' } });
    expect(adopted).toBe(false);
    expect(
      await query(
        url,
        `SELECT current_database() AS name, current_setting('server_version_num')::int / 10000 AS version,
           current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
           current_setting('work_mem') AS memory, current_setting('fsync') AS fsync`,
      ),
    ).toEqual({
      name: 'Cross fade',
      version: 18,
      encoding: 'UTF8',
      zone: 'UTC',
      memory: '5MB',
      fsync: 'on',
    });
  });

  it('listens on loopback only, asks for the password, and keeps it to its owner', async () => {
    const { url } = await start();
    const { listen } = (await query<{ listen: string }>(
      url,
      `SELECT current_setting('listen_addresses') || current_setting('unix_socket_directories') AS listen`,
    )) ?? { listen: '' };
    expect(listen).toBe('127.0.0.1');
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    const { mode } = await stat(join(dataDir, 'pgdata', 'crossfade-password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('takes the port it is told', async () => {
    const port = await freePort();
    const postgres = await start({ port });
    expect(postgres.port).toBe(port);
    expect(new URL(postgres.url).port).toBe(String(port));
  });

  it('keeps the data over a stop and a new start', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual({ answer: 42 });
  });

  it('survives a kill -9 of its starter, is adopted, and stops as adopted', async () => {
    const { starter, pid } = await startElsewhere();
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    const adopted = await start();
    expect(adopted).toMatchObject({ pid, adopted: true });
    expect(await query(adopted.url, 'SELECT 1 AS one')).toEqual({ one: 1 });
    await adopted.stop();
    await expect(query(adopted.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('waits for a server that is just being stopped, and starts anew', async () => {
    const first = await start();
    const stopped = first.stop();
    const second = await start();
    await stopped;
    expect(second).toMatchObject({ adopted: false });
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('recovers what was committed when the server itself was killed', async () => {
    const first = await start({ settings: { fsync: 'off', synchronous_commit: 'on' } });
    await query(first.url, 'CREATE TABLE recovered AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url, 'SELECT answer FROM recovered')).toEqual({ answer: 42 });
  });

  it('gives two starts at once in two processes the same server, on an empty folder too', async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'crossfade-embedded-'));
    const [one, two] = await Promise.all([startElsewhere(), startElsewhere()]);
    expect(one.pid).toBe(two.pid);
    expect([one.how, two.how].sort()).toEqual(['adopted', 'launched']);
    expect(await start()).toMatchObject({ pid: one.pid, adopted: true });
  });

  it('starts although postmaster.pid names a process that is no server', async () => {
    await (await start()).stop();
    const { pid: foreign } = await foreignProcess();
    await writeFile(join(dataDir, 'pgdata', 'postmaster.pid'), `${foreign}\n${dataDir}/pgdata\n`);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(isRunning(foreign)).toBe(true);
  });

  it('says what PostgreSQL says when it does not start', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers": "plenty"/,
    );
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('shared_buffers');
  });
});

/** A living process that is no PostgreSQL, under the account that PostgreSQL runs under. */
async function foreignProcess(): Promise<{ pid: number }> {
  const owner = await stat(join(dataDir, 'pgdata'));
  const child = spawn('sleep', ['300'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' });
  starters.push(child);
  await once(child, 'spawn');
  return { pid: child.pid ?? 0 };
}

function isRunning(pid: number): boolean {
  return process.kill(pid, 0);
}
