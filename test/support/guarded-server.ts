import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { roles } from '../../src/core/access/role.ts';
import type { Route } from '../../src/server/auth/list-routes.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { MortalCrossfade } from './mortal-crossfade.ts';
import { createUsers } from './steady-users.ts';
import { until } from './until.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the server's Grafana signs with. */
export const grafanaSecret = 'a secret of the spec alone';

/** Few, so that a spec reaches them in a moment. */
export const commandsInAMinute = 20;

const projects = ['*', 'shop', 'search'];
const unknownToken = `crossfade_api_${'0'.repeat(16)}_${'0'.repeat(64)}`;
/** A server with one rollout, one flag and one target, all of the project `shop`, and a token of every kind. */
export class GuardedServer {
  readonly #server: MortalCrossfade;
  readonly #databases: readonly TestDatabase[];
  readonly #folder: string;
  readonly #secrets = new Map<string, string>([
    ['no token', ''],
    ['an unknown token', unknownToken],
  ]);

  private constructor(server: MortalCrossfade, databases: readonly TestDatabase[], folder: string) {
    this.#server = server;
    this.#databases = databases;
    this.#folder = folder;
  }

  static async start(): Promise<GuardedServer> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-guarded-'));
    await chmod(folder, 0o711);
    const databases = await Promise.all([createDatabase(), createDatabase()]);
    const [state, target] = databases;
    await createUsers(target.url);
    const environment = {
      DATABASE_URL: state.url,
      USERS_DB_URL: target.url,
      CROSSFADE_GRAFANA_SECRET: grafanaSecret,
      CROSSFADE_LIMITS: `command=${commandsInAMinute}`,
    };
    const server = await MortalCrossfade.at(folder, environment);
    await server.start();
    const guarded = new GuardedServer(server, databases, folder);
    guarded.#secrets.set('bootstrap', await server.token('admin'));
    await guarded.#furnish();
    return guarded;
  }

  get url(): string {
    return this.#server.url;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await Promise.all(this.#databases.map((database) => database.drop()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The token of a caller, such as `viewer in shop`. */
  secret(name: string): string {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new Error(`nobody is called ${name}`);
    return secret;
  }

  /**
   * What a caller is answered on a route that is about the things of `shop`.
   * @param patienceMs after which it counts as 200: a stream answers when it has something to say, and that it
   * opened is answer enough
   */
  async knock(name: string, { method, path }: Route, patienceMs: number): Promise<number> {
    const about = path === '/api/v1/rollouts' ? { policy: 'users-birthdate' } : {};
    const address = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
      nameFor(parameter, path),
    );
    const init = {
      method: method === 'ALL' ? 'GET' : method,
      headers: { ...this.#headers(this.secret(name)), 'if-match': '"999"' },
      signal: AbortSignal.timeout(patienceMs),
      ...(['GET', 'HEAD', 'ALL'].includes(method) ? {} : { body: JSON.stringify(about) }),
    };
    return fetch(this.url + address, init).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      (fault: Error) => {
        if (fault.name === 'TimeoutError') return 200;
        throw fault;
      },
    );
  }

  async call(name: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: this.#headers(this.secret(name)),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  async statusOf(secret: string, path: string): Promise<number> {
    const response = await fetch(this.url + path, { headers: this.#headers(secret) });
    await response.body?.cancel();
    return response.status;
  }

  /** In the state database. */
  async query(statement: string): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: this.#databases[0]?.url });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  #headers(secret: string): Record<string, string> {
    const json = { 'content-type': 'application/json' };
    return secret === '' ? json : { ...json, authorization: `Bearer ${secret}` };
  }

  async #furnish(): Promise<void> {
    for (const order of orders()) {
      const made = await this.#must('POST', '/api/v1/tokens', { ...order, expiresAt: null });
      this.#secrets.set(order.name, (made as { secret: string }).secret);
    }
    for (const scope of ['client', 'frontend']) {
      const order = { scope, name: scope, environment: 'production' };
      const made = await this.#must('POST', '/api/v1/client-tokens', order);
      this.#secrets.set(scope, (made as { token: string }).token);
    }
    const text = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
    const ours = text.replaceAll('metadata: { name:', 'metadata: { project: shop, name:');
    await this.#must('POST', '/api/v1/apply', { files: [{ name: 'shop.yaml', text: ours }] });
    await this.#must('POST', '/api/v1/rollouts', { policy: 'users-birthdate' });
    await this.#must('PUT', '/api/v1/projects/shop', {});
    const feature = { project: 'shop', environments: {} };
    await this.#must('PUT', '/api/v1/features/basket', feature);
    for (const path of ['/api/v1/decisions/1', '/api/v1/flags/users-birthdate']) {
      await until(async () => (await this.call('bootstrap', 'GET', path)).status === 200);
    }
  }

  async #must(method: string, path: string, body: unknown): Promise<unknown> {
    const answer = await this.call('bootstrap', method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

function orders(): readonly { readonly name: string; readonly [field: string]: unknown }[] {
  const people = projects.flatMap((project) =>
    roles.map((role) => ({ name: `${role} in ${project}`, roles: { [project]: role } })),
  );
  return [...people, ...['sdk', 'alerts', 'otlp'].map((scope) => ({ name: scope, scope }))];
}

/** By what the things of `shop` are called in an address. */
function nameFor(parameter: string, path: string): string {
  if (path.startsWith('/api/v1/targets/')) return 'users-db';
  if (path.startsWith('/api/v1/features/')) return 'basket';
  if (path.startsWith('/api/v1/rollouts/') && ['name', 'id'].includes(parameter)) {
    return path.includes('/commands/{id}') && parameter === 'id' ? 'none' : 'users-birthdate';
  }
  if (/^\/api\/v1\/(flags|policies)\//.test(path)) return 'users-birthdate';
  return { seq: '1', from: '1', to: '2' }[parameter] ?? 'none';
}
