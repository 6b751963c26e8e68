import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopEmbeddedPostgres } from '../../adapters/embedded-postgres/embedded-postgres.ts';
import { endChild, isRunning, killChild } from '../processes/end-child.ts';
import { inheritedEnvironment } from '../processes/inherited-environment.ts';
import { recordProcess } from '../processes/process-record.ts';

export interface ControlPlaneOptions {
  /** Of the run; log and data stand in it. */
  readonly folder: string;
  readonly port: number;
  readonly targetUrl: string;
}

/** What outlives this process when it is killed: see `sweepLeftovers`. */
export const outlivingControlPlane = {
  process: 'control-plane',
  database: join('control-plane', 'postgres'),
} as const;

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const startDeadlineMs = 60_000;
const stopPatienceMs = 15_000;
const pollMs = 50;

/** Crossfade itself, started as `npm start` does, in a process that can be killed and started again. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #dataDir: string;
  readonly #logFile: string;
  #child: ChildProcess | null = null;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#dataDir = join(options.folder, 'control-plane');
    this.#logFile = join(options.folder, 'control-plane.log');
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  /** Starts it, always on the same port and data; returns when it is ready. */
  async start(): Promise<void> {
    const { folder, port, targetUrl } = this.#options;
    const log = openSync(this.#logFile, 'a');
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: repository,
      env: inheritedEnvironment({
        CROSSFADE_HOST: '127.0.0.1',
        CROSSFADE_PORT: String(port),
        CROSSFADE_DATA_DIR: this.#dataDir,
        USERS_DB_URL: targetUrl,
      }),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    if (child.pid !== undefined) {
      await recordProcess(folder, outlivingControlPlane.process, child.pid);
    }
    await this.#ready(child);
  }

  /** As a crash would end it; its database lives on and is taken over by the next start. */
  async kill(): Promise<void> {
    if (this.#child !== null) await killChild(this.#child);
  }

  /** In order. After a kill its database is stopped all the same. */
  async stop(): Promise<void> {
    if (this.#child === null) return;
    const wasRunning = isRunning(this.#child);
    await endChild(this.#child, stopPatienceMs);
    if (wasRunning && this.#child.exitCode === 0) return;
    await stopEmbeddedPostgres(join(this.#options.folder, outlivingControlPlane.database));
  }

  token(kind: 'admin' | 'sdk'): Promise<string> {
    return readFile(join(this.#dataDir, `${kind}.token`), 'utf8').then((text) => text.trim());
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + startDeadlineMs;
    while (performance.now() < deadline) {
      if (!isRunning(child)) break;
      const answered = await fetch(`${this.url}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return;
      await sleep(pollMs);
    }
    throw new Error(`Crossfade did not start; what it said is in ${this.#logFile}`);
  }
}
