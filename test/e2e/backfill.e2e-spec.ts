import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { BackfillView } from '../../src/core/protocol/backfill-view.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { MortalCrossfade } from '../support/mortal-crossfade.ts';
import { createUsers } from '../support/steady-users.ts';

const limitMs = 240_000;
const path = '/api/v1/rollouts/users-birthdate/backfill';

let folder: string;
let state: TestDatabase;
let target: TestDatabase;
let server: MortalCrossfade;
let admin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-backfill-'));
  await chmod(folder, 0o711);
  [state, target] = await Promise.all([createDatabase(), createDatabase()]);
  await createUsers(target.url);
  server = await MortalCrossfade.at(folder, { DATABASE_URL: state.url, USERS_DB_URL: target.url });
  await server.start();
  admin = await server.token('admin');
}, limitMs);

afterAll(async () => {
  await server?.stop();
  await Promise.all([state?.drop(), target?.drop()]);
  await rm(folder, { recursive: true, force: true });
}, limitMs);

function ask(at: string, method = 'GET', body?: unknown): Promise<Response> {
  return fetch(`${server.url}${at}`, {
    method,
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function patched(body: unknown): Promise<BackfillView> {
  const answer = await ask(path, 'PATCH', body);
  expect(answer.status).toBe(200);
  return (await answer.json()) as BackfillView;
}

async function seen(isSo: (view: BackfillView) => boolean): Promise<BackfillView> {
  for (;;) {
    const view = (await (await ask(path)).json()) as BackfillView;
    if (isSo(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  return client;
}

describe('a backfill that people watch', () => {
  it(
    'waits for a reason, is paused and let go by a person, and is followed to its end',
    async () => {
      const [holder, waiter] = [await connect(), await connect()];
      await holder.query('CREATE TABLE busy ()');
      await holder.query('BEGIN; LOCK TABLE busy');
      const waiting = waiter.query('BEGIN; LOCK TABLE busy; ROLLBACK');
      const text = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
      await ask('/api/v1/apply', 'POST', { files: [{ name: 'p.yaml', text }] });
      expect((await ask(path)).status).toBe(404);
      await ask('/api/v1/rollouts', 'POST', { policy: 'users-birthdate' });
      await seen(({ job }) => job?.reason === 'throttled: 1 sessions wait for locks');
      expect(await (await ask('/metrics')).text()).toContain(
        'crossfade_backfill_waiting{rollout="users-birthdate"} 1',
      );

      const paused = await patched({ paused: true, nice: 0.5, by: 'ann' });
      expect(paused.job).toMatchObject({
        pace: { nice: 0.5, pausedBy: expect.stringMatching(/^ann /) },
      });
      await holder.query('ROLLBACK');
      await waiting;
      await seen(({ job }) => job?.reason?.startsWith('paused by ann') === true);
      expect(await (await ask('/metrics')).text()).toContain(
        'crossfade_backfill_paused{rollout="users-birthdate"} 1',
      );

      const stream = await ask(`${path}/stream`);
      expect(stream.headers.get('content-type')).toBe('text/event-stream');
      await patched({ paused: false, nice: 0 });
      const events = (await stream.text()).matchAll(/^data: (.*)$/gm);
      const views = [...events].map(([, data]) => JSON.parse(data ?? '') as BackfillView);
      expect(views[0]?.job?.pace?.pausedBy).toMatch(/^ann /);
      expect(views.at(-1)?.job).toMatchObject({ status: 'done', done: 20_000 });
      expect((await ask(path, 'PATCH', { nice: 1 })).status).toBe(409);
      await Promise.all([holder.end(), waiter.end()]);
    },
    limitMs,
  );
});
