import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { createDatabase } from './database.ts';
import { MortalCrossfade } from './mortal-crossfade.ts';
import { createUsers, SteadyUsers } from './steady-users.ts';

const name = 'users-birthdate';
const deathWithinMs = 60_000;

/** What stands at the end: the table in both shapes, and the work that was done on the target. */
export interface EndState {
  readonly phase: string;
  readonly rows: number;
  /** Digest over key, new value and the old value in the trash, of every row. */
  readonly shapes: string;
  readonly jobs: readonly string[];
  readonly quarantined: number;
  readonly failures: readonly string[];
  readonly kills: readonly string[];
}

/**
 * One rollout from start to contract under traffic. The server is killed at each of the points in
 * turn and started again; the points after `contract` was confirmed come last.
 */
export async function killedRollout(
  before: readonly string[],
  after: readonly string[],
): Promise<EndState> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-kill-'));
  await chmod(folder, 0o711);
  const [state, target] = await Promise.all([createDatabase(), createDatabase()]);
  const server = await MortalCrossfade.at(folder, {
    DATABASE_URL: state.url,
    USERS_DB_URL: target.url,
  });
  let users: SteadyUsers | null = null;
  try {
    await createUsers(target.url);
    await server.start();
    await call(server, '/apply', { files: [{ name: 'kill-policy.yaml', text: await policy() }] });
    users = new SteadyUsers(target.url, server.url, await server.token('sdk'));
    await server.stop();
    const kills = await dieAt(server, before, () => call(server, '/rollouts', { policy: name }));
    await until(server, (view) => view.steps[view.stepIndex]?.kind === 'contract');
    await users.everyRowWritten();
    users.writing = false;
    await server.stop();
    const confirm = { verb: 'complete', confirm: name, requestId: 'complete-once' };
    const late = await dieAt(server, after, () =>
      call(server, `/rollouts/${name}/commands`, confirm),
    );
    const { phase } = await until(server, (view) => view.endedAt !== null);
    return {
      phase,
      ...(await endOf(target.url)),
      failures: users.failures,
      kills: [...kills, ...late],
    };
  } finally {
    await users?.stop();
    await server.stop();
    await Promise.all([state.drop(), target.drop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts the server once for each point, until it died there; the first start begins the work. */
async function dieAt(
  server: MortalCrossfade,
  points: readonly string[],
  begin: () => Promise<unknown>,
): Promise<readonly string[]> {
  const died: string[] = [];
  for (const point of points) {
    await server.start(point);
    if (died.length === 0) await begin().catch(() => undefined);
    if (await server.diedWithin(deathWithinMs)) died.push(point);
    await server.stop();
  }
  await server.start();
  if (points.length === 0) await begin();
  return died;
}

async function until(
  server: MortalCrossfade,
  condition: (view: RolloutView) => boolean,
): Promise<RolloutView> {
  for (;;) {
    const view = (await call(server, `/rollouts/${name}`).catch(() => null)) as RolloutView | null;
    if (view !== null && condition(view)) return view;
    if (view?.phase === 'paused') throw new Error(`paused: ${view.stop?.reason}`);
    await sleep(50);
  }
}

async function call(server: MortalCrossfade, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${await server.token('admin')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

function policy(): Promise<string> {
  return readFile('test/fixtures/kill-policy.yaml', 'utf8');
}

async function endOf(
  url: string,
): Promise<Pick<EndState, 'rows' | 'shapes' | 'jobs' | 'quarantined'>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const one = async (sql: string): Promise<Record<string, string>> =>
    (await client.query<Record<string, string>>(sql)).rows[0] ?? {};
  const { trash } = await one(
    `SELECT attname AS trash FROM pg_attribute
     WHERE attrelid = 'public.users'::regclass AND attname LIKE '\\_crossfade\\_%dob'`,
  );
  const { rows, shapes } = await one(
    `SELECT count(*) AS rows,
       md5(string_agg(id || ' ' || birthdate || ' ' || "${trash}", ',' ORDER BY id)) AS shapes
     FROM public.users`,
  );
  const jobs = await client.query<{ job: string }>(
    `SELECT kind || ' ' || status AS job FROM crossfade.job ORDER BY 1`,
  );
  const { quarantined } = await one('SELECT count(*) AS quarantined FROM crossfade.quarantine');
  await client.end();
  return {
    rows: Number(rows),
    shapes: shapes ?? '',
    jobs: jobs.rows.map(({ job }) => job),
    quarantined: Number(quarantined),
  };
}
