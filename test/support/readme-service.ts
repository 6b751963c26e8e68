import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild } from '../../src/demo/processes/end-child.ts';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';

/** What the README leaves to the reader: a database, an application, and whose request it is. */
const before = `import express from 'express';
import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const first = async (sql, values) => (await pool.query(sql, values)).rows[0] ?? null;
const db = { one: first, run: first };
const app = express().use(express.json()).use((request, _, next) => {
  request.tenantId = request.get('x-tenant');
  next();
});
`;
const after = `app.listen(Number(process.env.PORT), '127.0.0.1');\n`;

/** The service that the README shows, in a process of its own. */
export class ReadmeService {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  /** Writes it into a folder that has the SDK; what else it imports is lent to it. */
  static async write(folder: string, shown: string): Promise<void> {
    await writeFile(join(folder, 'service.mjs'), `${before}${shown}${after}`);
    for (const name of ['express', 'pg']) {
      await symlink(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
    }
  }

  static async start(folder: string, environment: Record<string, string>): Promise<ReadmeService> {
    const port = await freePort();
    const child = spawn(process.execPath, [join(folder, 'service.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: inheritedEnvironment({ ...environment, PORT: String(port) }),
    });
    const service = new ReadmeService(child, `http://127.0.0.1:${port}`);
    await Promise.race([service.#listens(), once(child, 'exit')]);
    return service;
  }

  async dobOf(tenant: string, id: number): Promise<string | null> {
    return ((await this.#ask(tenant, id)) as { dob: string | null }).dob;
  }

  async setDob(tenant: string, id: number, dob: string): Promise<void> {
    await this.#ask(tenant, id, { method: 'PUT', body: JSON.stringify({ dob }) });
  }

  stop(): Promise<void> {
    return endChild(this.#child, 5_000);
  }

  async #ask(tenant: string, id: number, init: RequestInit = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/json', 'x-tenant': tenant };
    const response = await fetch(`${this.#url}/users/${id}`, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text);
  }

  async #listens(): Promise<void> {
    const answers = (): Promise<boolean> =>
      fetch(this.#url).then(
        () => true,
        () => false,
      );
    while (!(await answers())) await sleep(50);
  }
}
