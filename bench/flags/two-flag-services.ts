import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from '../../test/support/database.ts';
import {
  SERVER_URL,
  startTestServer,
  type TestServer,
} from '../../test/support/embedded-server.ts';
import { StartedCrossfade } from '../../test/support/started-crossfade.ts';
import { startUnleashServer, type UnleashServer } from '../../test/support/unleash-server.ts';

const environment = 'development';
const ourToken = `*:${environment}.crossfades-token-of-the-bench`;

/** Unleash answers a few hundred requests per second and address unless it is told otherwise. */
const unlimited = {
  NODE_ENV: 'production',
  SDK_API_RATE_LIMIT_PER_MINUTE: '100000000',
  TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: '100000000',
};

/** A flag service as a client reaches it. */
export interface Peer {
  readonly url: string;
  readonly token: string;
}

/** Crossfade and a real unleash-server side by side, each on its database of the same PostgreSQL. */
export class TwoFlagServices {
  readonly unleash: UnleashServer;
  readonly ours: Peer;
  readonly theirs: Peer;
  readonly #admin: string;
  readonly #close: () => Promise<void>;

  private constructor(
    url: string,
    admin: string,
    unleash: UnleashServer,
    close: () => Promise<void>,
  ) {
    this.unleash = unleash;
    this.#admin = admin;
    this.ours = { url, token: ourToken };
    this.theirs = { url: unleash.url, token: unleash.clientToken };
    this.#close = close;
  }

  static async open(): Promise<TwoFlagServices> {
    const postgres = await startTestServer();
    process.env[SERVER_URL] = postgres.postgres.url;
    const database = await createDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'crossfade-bench-'));
    const unleash = await startUnleashServer(unlimited);
    const crossfade = await StartedCrossfade.start({
      dataDir,
      databaseUrl: database.url,
      command: `exec ${process.execPath} dist/src/main.js`,
      environment: { CROSSFADE_LOG_LEVEL: 'error' },
    });
    const admin = (await readFile(join(dataDir, 'admin.token'), 'utf8')).trim();
    const services = new TwoFlagServices(crossfade.url, admin, unleash, () =>
      closeAll(crossfade, unleash, database, postgres, dataDir),
    );
    await services.#post('client-tokens', { scope: 'client', name: 'bench', token: ourToken });
    return services;
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** The same flags in both: made in Unleash, and imported from what it serves. */
  async fill(count: number): Promise<void> {
    const { unleash } = this;
    const features = 'projects/default/features';
    const admin = (path: string, body?: object): Promise<unknown> =>
      unleash.admin(unleash.adminToken, 'POST', path, body);
    for (let n = 0; n < count; n += 1) {
      const name = `flag-${n}`;
      const at = `${features}/${name}/environments/${environment}`;
      await admin(features, { name, type: 'release' });
      await admin(`${at}/strategies`, {
        name: 'flexibleRollout',
        parameters: { rollout: String(n % 101), stickiness: 'userId', groupId: name },
        constraints: [{ contextName: 'userId', operator: 'NOT_IN', values: ['1', '2', '3'] }],
      });
      await admin(`${at}/on`);
    }
    const document = await untilServed(this.theirs, count);
    await this.#post(`features/import?environment=${environment}`, document);
  }

  async #post(path: string, body: object): Promise<void> {
    const response = await fetch(`${this.ours.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${await response.text()}`);
  }
}

/** Unleash notices a change within a second. */
async function untilServed({ url, token }: Peer, count: number): Promise<object> {
  for (;;) {
    const headers = { authorization: token, 'unleash-client-spec': '5.2.0' };
    const response = await fetch(`${url}/api/client/features`, { headers });
    const document = (await response.json()) as { features: { enabled: boolean }[] };
    if (document.features.filter(({ enabled }) => enabled).length === count) return document;
  }
}

async function closeAll(
  crossfade: StartedCrossfade,
  unleash: UnleashServer,
  database: TestDatabase,
  postgres: TestServer,
  dataDir: string,
): Promise<void> {
  await crossfade.stop();
  await unleash.stop();
  await database.drop();
  await postgres.close();
  await rm(dataDir, { recursive: true, force: true });
}
