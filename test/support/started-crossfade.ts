import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import type { RouteEdit } from '../../src/core/flags/edit-route.ts';
import { ApiClient } from '../../src/cli/api-client.ts';
import { ControlPlaneClient } from '../../src/demo/control-plane/control-plane-client.ts';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';

export interface CrossfadeOptions {
  readonly dataDir: string;
  /** The state database; an embedded one without it. */
  readonly databaseUrl?: string;
  /** How it is started; `npm start` when not given. */
  readonly command?: string;
  /** The clone; the one that the specs stand in when not given. */
  readonly clone?: string;
  /** Further variables, such as the connection strings of targets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What one command of the CLI came to. */
export interface Said {
  readonly status: number | string;
  readonly out: string;
}

type Tokens = Readonly<Record<'admin' | 'sdk' | 'alerts', string>>;

/** Nobody reaps orphans in some containers, and a dead process then looks alive. */
const stopLimitMs = 10_000;
const startLimitMs = 120_000;

/** Crossfade as `npm start` starts it, and the commands that a person would type. */
export class StartedCrossfade {
  readonly url: string;
  readonly client: ControlPlaneClient;
  readonly sdkToken: string;
  readonly adminToken: string;
  readonly alertsToken: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, tokens: Tokens) {
    this.url = url;
    this.sdkToken = tokens.sdk;
    this.adminToken = tokens.admin;
    this.alertsToken = tokens.alerts;
    this.client = new ControlPlaneClient(url, tokens.admin);
    this.#child = child;
  }

  static async start(options: CrossfadeOptions): Promise<StartedCrossfade> {
    const { databaseUrl, command = 'npm start --silent', clone } = options;
    const port = await freePort();
    // A process group of its own: a signal to npm alone would not reach the server behind it.
    const child = spawn(command, {
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(clone === undefined ? {} : { cwd: clone }),
      env: inheritedEnvironment({
        ...options.environment,
        CROSSFADE_PORT: String(port),
        CROSSFADE_DATA_DIR: options.dataDir,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      }),
    });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const url = `http://127.0.0.1:${port}`;
    if (!(await isReady(url, child))) {
      endGroup(child, 'SIGKILL');
      throw new Error(`npm start did not come up:\n${(await said).join('')}`);
    }
    const token = (kind: string): Promise<string> =>
      readFile(join(options.dataDir, `${kind}.token`), 'utf8').then((read) => read.trim());
    const [admin, sdk, alerts] = await Promise.all(['admin', 'sdk', 'alerts'].map(token));
    return new StartedCrossfade(child, url, { admin, sdk, alerts } as Tokens);
  }

  /** Of the first process of its group; the server's own when the command is `exec`. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The same API that the commands use. */
  get api(): ApiClient {
    return new ApiClient({ url: this.url, token: this.adminToken });
  }

  /** A person's hand on the switch of a flag of Crossfade's own. */
  toggle(flag: string, enabled: boolean, by: string): Promise<void> {
    return this.#atFlag('POST', `${flag}/toggle`, { enabled, by });
  }

  /** The same on anything else about it. */
  editFlag(flag: string, edit: RouteEdit, by: string): Promise<void> {
    return this.#atFlag('PATCH', flag, { ...edit, by });
  }

  async #atFlag(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/flags/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.adminToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  /** `npm run -s crossfade -- …`; never rejects. */
  say(...words: readonly string[]): Promise<Said> {
    const env = inheritedEnvironment({
      CROSSFADE_URL: this.url,
      CROSSFADE_TOKEN: this.adminToken,
    });
    return new Promise((resolve) => {
      execFile('npm', ['run', '-s', 'crossfade', '--', ...words], { env }, (error, out, err) =>
        resolve({ status: error?.code ?? 0, out: out + err }),
      );
    });
  }

  /** It says nothing before, to nobody. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    endGroup(this.#child, 'SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    endGroup(this.#child, 'SIGTERM');
    await gone;
    // The shell goes at once; the server behind it first stops its PostgreSQL, which still writes.
    for (const since = performance.now(); performance.now() - since < stopLimitMs;) {
      if (!isGroupAlive(this.#child)) return;
      await sleep(50);
    }
  }
}

async function isReady(url: string, child: ChildProcess): Promise<boolean> {
  for (const since = performance.now(); performance.now() - since < startLimitMs;) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return true;
    await sleep(100);
  }
  return false;
}

function isGroupAlive({ pid }: ChildProcess): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** Nothing when the group has ended by itself. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (fault) {
    if ((fault as { code?: string }).code !== 'ESRCH') throw fault;
  }
}
