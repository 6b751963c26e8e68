import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/demo/processes/free-port.ts';
import type { TestDatabase } from './database.ts';
import { createCopy } from './template-database.ts';

/** A real unleash-server in a process of its own, on a database of its own. */
export interface UnleashServer {
  /** Without `/api`. */
  readonly url: string;
  /** Of the Admin API; everything done with it has one and the same identity. */
  readonly adminToken: string;
  /** Of the client API, environment `development`. */
  readonly clientToken: string;
  /** Sends a request to the Admin API as `token`; throws unless it is answered by 2xx. */
  admin(token: string, method: string, path: string, body?: unknown): Promise<unknown>;
  /** Makes a user and returns a token of theirs. */
  personalToken(username: string): Promise<string>;
  /** Changes what it keeps, as time would. */
  sql(statement: string): Promise<void>;
  /** Nobody answers until `resume`; what Unleash knows is kept. By SIGKILL it says nothing before. */
  halt(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again at the same address. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const ENTRY = new URL('../../node_modules/unleash-server/dist/server.js', import.meta.url).pathname;
const PACKAGE = new URL('../../node_modules/unleash-server/package.json', import.meta.url);
const ADMIN_TOKEN = '*:*.test-admin-secret';
const CLIENT_TOKEN = '*:development.test-backend-secret';
const PASSWORD = 'A-long-Passw0rd-for-tests!';
const BOOT_MS = 120_000;
/**
 * Unleash 8.2 notes the stage of a feature behind its answer, and ends when the feature has been deleted meanwhile,
 * since this constraint refuses the note. Whoever runs it starts it again; a spec has no time for that.
 */
const SURVIVE_DELETION =
  'ALTER TABLE feature_lifecycles DROP CONSTRAINT feature_lifecycles_feature_fkey';

const LAST_WORDS = 4_000;

/** `settings` are further variables of unleash-server. */
export async function startUnleashServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<UnleashServer> {
  const database = await createCopy(`unleash_${version()}`, migrate);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...environment(database.url, port), ...settings };
  let child = await boot(env, url);
  const halt: UnleashServer['halt'] = (signal = 'SIGTERM') => end(child, signal);
  const admin = adminOf(url);
  return {
    url,
    adminToken: ADMIN_TOKEN,
    clientToken: CLIENT_TOKEN,
    admin,
    personalToken: (username) => personalToken(url, admin, username),
    sql: (statement) => database.sql(statement),
    halt,
    async resume() {
      child = await boot(env, url);
    },
    async stop() {
      await halt();
      await database.drop();
    },
  };
}

/** Its first start on an empty database, which is hundreds of migrations. */
async function migrate(database: TestDatabase): Promise<void> {
  const port = await freePort();
  await end(await boot(environment(database.url, port), `http://127.0.0.1:${port}`), 'SIGTERM');
  await database.sql(SURVIVE_DELETION);
}

/** As a part of a name. */
function version(): string {
  const { version: dotted } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  return dotted.replaceAll(/\W/g, '_');
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.removeAllListeners('exit');
  child.kill(signal);
  await once(child, 'exit');
}

async function boot(env: NodeJS.ProcessEnv, url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [ENTRY], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  await untilHealthy(child, url);
  return child;
}

function environment(databaseUrl: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    DATABASE_SSL: 'false',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(port),
    CHECK_VERSION: 'false',
    SEND_TELEMETRY: 'false',
    LOG_LEVEL: 'error',
    INIT_ADMIN_API_TOKENS: ADMIN_TOKEN,
    INIT_BACKEND_API_TOKENS: CLIENT_TOKEN,
  };
}

async function untilHealthy(child: ChildProcess, url: string): Promise<void> {
  let output = '';
  const keep = (chunk: unknown): void => {
    output = (output + String(chunk)).slice(-LAST_WORDS);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  // Who asks it afterwards would only see that nobody answers.
  child.once('exit', (code) => {
    if (code !== null && code !== 0)
      process.stderr.write(`unleash-server ended (${code}): ${output}\n`);
  });
  for (const start = Date.now(); Date.now() - start < BOOT_MS; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`unleash-server ended: ${output}`);
    if (await isHealthy(url)) return;
  }
  child.kill('SIGKILL');
  throw new Error(`unleash-server did not start within ${BOOT_MS} ms: ${output}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

function adminOf(url: string): UnleashServer['admin'] {
  return async (token, method, path, body) => {
    const answer = await send(`${url}/api/admin/${path}`, method, { authorization: token }, body);
    return answer.body;
  };
}

async function personalToken(
  url: string,
  admin: UnleashServer['admin'],
  username: string,
): Promise<string> {
  const account = { username, password: PASSWORD };
  await admin(ADMIN_TOKEN, 'POST', 'user-admin', { ...account, rootRole: 1, sendEmail: false });
  const login = await send(`${url}/auth/simple/login`, 'POST', {}, account);
  const token = { description: 'test', expiresAt: '2099-01-01T00:00:00.000Z' };
  const made = await send(`${url}/api/admin/user/tokens`, 'POST', { cookie: login.cookie }, token);
  return (made.body as { secret: string }).secret;
}

async function send(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<{ readonly body: unknown; readonly cookie: string }> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return { body: text === '' ? null : JSON.parse(text), cookie: cookies.join('; ') };
}
