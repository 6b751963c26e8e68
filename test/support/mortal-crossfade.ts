import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlPlaneClient } from '../../src/demo/control-plane/control-plane-client.ts';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';

const startLimitMs = 150_000;

/** The server as a process that can be told where to die, and started again on the same port and data. */
export class MortalCrossfade {
  readonly url: string;
  readonly #port: number;
  readonly #dataDir: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;

  private constructor(port: number, dataDir: string, environment: Record<string, string>) {
    this.url = urlAt(port);
    this.#port = port;
    this.#dataDir = dataDir;
    this.#environment = environment;
  }

  /** @param environment where it depends on the server's own address, made from that */
  static async at(
    dataDir: string,
    environment: Record<string, string> | ((url: string) => Record<string, string>),
  ): Promise<MortalCrossfade> {
    const port = await freePort();
    const variables = typeof environment === 'function' ? environment(urlAt(port)) : environment;
    return new MortalCrossfade(port, dataDir, variables);
  }

  /** Another server on the same state and data, at an address of its own; not started yet. */
  beside(): Promise<MortalCrossfade> {
    return MortalCrossfade.at(this.#dataDir, { ...this.#environment });
  }

  /** Starts the server; with a fault point it kills itself there. Ready when this returns, or dead. */
  async start(killAt?: string): Promise<void> {
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      stdio: 'ignore',
      env: inheritedEnvironment({
        ...this.#environment,
        CROSSFADE_PORT: String(this.#port),
        CROSSFADE_DATA_DIR: this.#dataDir,
        CROSSFADE_LEASE_MS: '1000',
        ...(killAt === undefined ? {} : { CROSSFADE_KILL_AT: killAt }),
      }),
    });
    this.#child = child;
    const deadline = performance.now() + startLimitMs;
    while (performance.now() < deadline && !this.dead && !(await this.#ready())) await sleep(50);
  }

  get dead(): boolean {
    return this.#child === null || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Waits for the death that was ordered. False when it did not come in time. */
  async diedWithin(ms: number): Promise<boolean> {
    if (this.#child === null || this.dead) return true;
    const gone = once(this.#child, 'exit');
    const late = sleep(ms, 'late' as const, { ref: false });
    return (await Promise.race([gone, late])) !== 'late';
  }

  /** Dies now, wherever it is. */
  async kill(): Promise<void> {
    if (this.#child === null || this.dead) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    if (this.#child === null || this.dead) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }

  async token(scope: 'admin' | 'alerts' | 'sdk'): Promise<string> {
    return (await readFile(join(this.#dataDir, `${scope}.token`), 'utf8')).trim();
  }

  async client(): Promise<ControlPlaneClient> {
    return new ControlPlaneClient(this.url, await this.token('admin'));
  }

  async #ready(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

const urlAt = (port: number): string => `http://127.0.0.1:${port}`;
