import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { DocumentSetView } from '../../src/core/protocol/document-set-view.ts';
import { burstOf } from '../../src/core/limits/limits.ts';
import { MortalCrossfade } from '../support/mortal-crossfade.ts';
import { letInto } from '../support/let-into.ts';
import { Opened } from '../support/opened.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { until } from '../support/until.ts';

const limitMs = 120_000;
const applyInAMinute = 60;
const grafanaSecret = 'a secret of the spec alone';

const opened = new Opened();
let state: StateDatabase;
let policies: string;
let servers: readonly [MortalCrossfade, MortalCrossfade];

/** A folder that goes when the spec ends, which others may enter. */
async function folderOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `crossfade-${name}-`));
  opened.keep(folder, (path) => rm(path, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  return folder;
}

/** Two documents, of which neither is good for anything without the other. */
const documents = (atLeast: number): string => `apiVersion: crossfade/v1
kind: Target
metadata: { name: db, labels: { size: "${atLeast}" } }
spec: { url: { env: DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: api }
spec: { target: db, atLeast: ${atLeast}, unit: { key: tenantId } }
`;

const write = (atLeast: number): Promise<void> =>
  writeFile(join(policies, 'all.yaml'), documents(atLeast));

beforeAll(async () => {
  policies = await folderOf('policies');
  await write(1);
  state = opened.keep(await createStateDatabase(), (one) => one.close());
  const one = await MortalCrossfade.at(await folderOf('servers'), {
    DATABASE_URL: state.url,
    CROSSFADE_FOLLOW: policies,
    CROSSFADE_FOLLOW_MS: '100',
    CROSSFADE_LIMITS: `apply=${applyInAMinute}`,
    CROSSFADE_GRAFANA_SECRET: grafanaSecret,
  });
  servers = [one, await one.beside()];
  for (const server of servers) {
    opened.keep(server, (kept) => kept.stop());
    await server.start();
  }
}, limitMs);

afterAll(() => opened.close(), limitMs);

/** Moves the clock that leases and folders that settle go by. */
async function pass(ms: number): Promise<void> {
  await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [ms]);
}

async function call(
  server: MortalCrossfade,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  return fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await server.token('admin')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function applied(server: MortalCrossfade): Promise<string> {
  const answer = await call(server, 'GET', 'documents');
  const { documents: found } = (await answer.json()) as { documents: { text: string }[] };
  return found
    .map(({ text }) => /size: "(\d)"|atLeast: (\d)/.exec(text)?.slice(1).join('') ?? '')
    .join();
}

async function follower(server: MortalCrossfade): Promise<string | undefined> {
  const { sets } = (await (await call(server, 'GET', 'document-sets')).json()) as {
    sets: readonly DocumentSetView[];
  };
  return sets[0]?.follow?.by;
}

describe('two servers on one database', () => {
  it('count what a token asks for together', async () => {
    const began = performance.now();
    const asked = servers.flatMap((server) =>
      Array.from({ length: applyInAMinute }, () => call(server, 'POST', 'apply', {})),
    );
    const answers = (await Promise.all(asked)).map(({ status }) => status);
    const minutes = (performance.now() - began) / 60_000;
    const taken = answers.filter((status) => status !== 429).length;
    expect(new Set(answers)).toEqual(new Set([422, 429]));
    // What may come at once, what came again meanwhile, and a block for each server.
    expect(taken).toBeLessThanOrEqual(burstOf(applyInAMinute) + minutes * applyInAMinute + 3);
    expect(taken).toBeGreaterThanOrEqual(burstOf(applyInAMinute) - servers.length);
  });

  it('answer senders of alerts 503 while their database is away, and take the alert once it is back', async () => {
    const [server] = servers;
    const body = { version: '4', status: 'firing', alerts: [] };
    const signature = createHmac('sha256', grafanaSecret);
    const at = String(Math.round(Date.now() / 1_000));
    const signed = {
      'x-grafana-alerting-timestamp': at,
      'x-grafana-alerting-signature': signature
        .update(`${at}:${JSON.stringify(body)}`)
        .digest('hex'),
    };
    const seen = new Set<number>();
    const tell = async (): Promise<readonly number[]> => {
      const bearer = { authorization: `Bearer ${await server.token('alerts')}` };
      const told = [['alertmanager', bearer] as const, ['grafana', signed] as const].map(
        ([source, headers]) =>
          fetch(`${server.url}/api/v1/alerts/${source}`, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
      );
      const answers = (await Promise.all(told)).map(({ status }) => status);
      for (const status of answers) seen.add(status);
      return answers;
    };
    await letInto(state.url, false);
    await until(async () => (await tell()).every((status) => status === 503));
    await letInto(state.url, true);
    await until(async () => (await tell()).every((status) => status === 202));
    // Nothing else on the way there and back, which senders would take for the end of it.
    expect(seen).toEqual(new Set([503, 202]));
  });

  it(
    'follow a folder one at a time: killed with -9 half-way, the one leaves nothing, and the other takes over',
    async () => {
      const [one, other] = servers;
      await until(async () => {
        await pass(1_000);
        return (await applied(one)) === '1,1';
      });
      const blocker = new Client({ connectionString: state.url });
      await blocker.connect();
      // It stands in its transaction, its documents written and their set not yet.
      await blocker.query(
        'BEGIN; LOCK TABLE crossfade_state.document_set_member IN EXCLUSIVE MODE',
      );
      await write(2);
      await until(async () => {
        await pass(1_000);
        const [{ waiting }] = await state.source.query(
          `SELECT count(*)::int AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'
             AND query LIKE '%document_set_member%'`,
        );
        return waiting > 0;
      });
      // The clock runs fast until here, and whoever was slow to look may have lost the turn to the other one.
      const by = await follower(one);
      const first = by?.endsWith(`-${one.pid}`) === true ? one : other;
      const second = first === one ? other : one;
      await first.kill();
      await blocker.end();
      expect(await applied(second)).toBe('1,1');
      await pass(31_000);
      await until(async () => {
        await pass(1_000);
        return (await applied(second)) === '2,2';
      });
      expect(await follower(second)).toMatch(new RegExp(`-${second.pid}$`));
      const rows = await state.source.query(
        `SELECT actor FROM crossfade_state.audit WHERE action = 'apply-set'`,
      );
      expect(rows).toHaveLength(2);
    },
    limitMs,
  );
});
