import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '../../test/support/database.ts';
import { SERVER_URL, startTestServer } from '../../test/support/embedded-server.ts';
import { StartedCrossfade } from '../../test/support/started-crossfade.ts';

/** A flag service as a client reaches it. */
export interface Peer {
  readonly url: string;
  readonly token: string;
}

export const ENVIRONMENT = 'development';

/** Crossfade in a process of its own, on a PostgreSQL of its own that others may use as well. */
export class FlagServer {
  readonly peer: Peer;
  /** Of the management API. */
  readonly admin: string;
  /** Its state database. */
  readonly databaseUrl: string;
  readonly #crossfade: StartedCrossfade;
  readonly #closing: () => Promise<void>;

  private constructor(
    crossfade: StartedCrossfade,
    databaseUrl: string,
    admin: string,
    closing: () => Promise<void>,
  ) {
    this.#crossfade = crossfade;
    this.databaseUrl = databaseUrl;
    this.peer = { url: crossfade.url, token: `*:${ENVIRONMENT}.a-token-of-the-bench` };
    this.admin = admin;
    this.#closing = closing;
  }

  static async start(): Promise<FlagServer> {
    const postgres = await startTestServer();
    process.env[SERVER_URL] = postgres.postgres.url;
    const database = await createDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'crossfade-bench-'));
    const crossfade = await StartedCrossfade.start({
      dataDir,
      databaseUrl: database.url,
      command: `exec ${process.execPath} dist/src/main.js`,
      environment: { CROSSFADE_LOG_LEVEL: 'error' },
    });
    const admin = (await readFile(join(dataDir, 'admin.token'), 'utf8')).trim();
    const server = new FlagServer(crossfade, database.url, admin, async () => {
      await database.drop();
      await postgres.close();
      await rm(dataDir, { recursive: true, force: true });
    });
    const token = { scope: 'client', name: 'bench', token: server.peer.token };
    await server.call('POST', 'client-tokens', token);
    return server;
  }

  /** Sends a request to the management API; throws unless it is answered by 2xx. */
  async call(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.peer.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  /** Of the SDK's and the gateways' API. */
  get sdkToken(): string {
    return this.#crossfade.sdkToken;
  }

  /** Bytes that the process holds in memory, from Linux's own account of it. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#crossfade.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
  }

  /** Milliseconds of processor time that its threads have used so far, from the same source. */
  processorMs(): number {
    const tasks = `/proc/${this.#crossfade.pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
  }

  async stop(): Promise<void> {
    await this.#crossfade.stop();
    await this.#closing();
  }
}
