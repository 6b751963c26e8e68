import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { fencedBlocks } from '../support/fenced-blocks.ts';
import { type HttpReceiver, startReceiver } from '../support/http-receiver.ts';
import { MortalCrossfade } from '../support/mortal-crossfade.ts';
import { createUsers } from '../support/steady-users.ts';
import { until } from '../support/until.ts';

/** The server is started five times. */
const limitMs = 180_000;
const secret = `whsec_${Buffer.from('a key of 24 bytes or more').toString('base64')}`;

const ground = `apiVersion: crossfade/v1
kind: Target
metadata: { name: users-db }
spec: { url: { env: USERS_DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: users-api }
spec: { target: users-db, atLeast: 1, unit: { key: tenantId } }
`;

let server: MortalCrossfade;
let databases: readonly TestDatabase[];
let receivers: Readonly<Record<'slack' | 'pager' | 'grafana', HttpReceiver>>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-notified-'));
  await chmod(folder, 0o711);
  const [slack, pager, grafana] = await Promise.all([1, 2, 3].map(() => startReceiver()));
  if (slack === undefined || pager === undefined || grafana === undefined) throw new Error('none');
  receivers = { slack, pager, grafana };
  databases = await Promise.all([createDatabase(), createDatabase()]);
  const [state, target] = databases;
  await createUsers(target?.url ?? '');
  server = await MortalCrossfade.at(folder, {
    DATABASE_URL: state?.url ?? '',
    USERS_DB_URL: target?.url ?? '',
    SLACK_URL: `${slack.url}/services/secret`,
    PAGER_URL: pager.url,
    PAGER_SECRET: secret,
    GRAFANA_URL: grafana.url,
    GRAFANA_TOKEN: 'glsa_secret',
    CROSSFADE_PUBLIC_URL: 'https://crossfade.example.com/',
  });
}, limitMs);

afterAll(async () => {
  await server?.stop();
  await Promise.all(Object.values(receivers ?? {}).map((receiver) => receiver.close()));
  await Promise.all((databases ?? []).map((database) => database.drop()));
  await rm(folder, { recursive: true, force: true });
}, limitMs);

/** The policy of the page, on a target and a service. */
function policyOfPage(): string {
  const [block] = fencedBlocks('docs/notifications.md').filter(
    ({ language }) => language === 'yaml',
  );
  return `${ground}---\n${block?.text ?? ''}`;
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await server.token('admin')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

describe('the policy of docs/notifications.md', () => {
  it(
    'tells of the start although the server is killed with -9 before and after that was sent',
    async () => {
      receivers.grafana.answer = 500;
      await server.start();
      await call('POST', 'apply', { files: [{ name: 'page.yaml', text: policyOfPage() }] });
      await server.stop();
      await server.start('notify.beforeAct:1');
      // It dies before it has answered, more often than not.
      await call('POST', 'rollouts', { policy: 'users-birthdate' }).catch(() => undefined);
      expect(await server.diedWithin(60_000)).toBe(true);
      expect(receivers.slack.received).toEqual([]);
      await leasesEnd();
      await server.start('notify.afterAct:1');
      expect(await server.diedWithin(60_000)).toBe(true);
      expect(starts(receivers.slack)).toHaveLength(1);
      await leasesEnd();
      await server.start();
      await until(() => Promise.resolve(starts(receivers.slack).length > 1));
      const [first, again] = starts(receivers.slack);
      expect(again?.body).toBe(first?.body);
    },
    limitMs,
  );

  it(
    'wakes nobody for it, links to its page, and shows what Grafana does not take, without a secret',
    async () => {
      const [first] = starts(receivers.slack);
      expect(first?.body).toContain('https://crossfade.example.com/ui/rollouts/users-birthdate');
      expect(receivers.pager.received).toEqual([]);
      let view: RolloutView | null = null;
      await until(async () => {
        view = (await call('GET', 'rollouts/users-birthdate')) as RolloutView;
        return view.undelivered !== undefined;
      });
      expect(view).toMatchObject({
        undelivered: expect.arrayContaining([
          expect.objectContaining({
            recipient: 'pictures',
            error: 'the message was answered 500',
            isGivenUp: false,
          }),
        ]),
      });
      expect(JSON.stringify(view)).not.toMatch(/secret/);
    },
    limitMs,
  );
});

/** What a killed process had taken is for others now. */
async function leasesEnd(): Promise<void> {
  const client = new Client({ connectionString: databases[0]?.url });
  await client.connect();
  await client.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + 10000');
  await client.end();
}

function starts({ received }: HttpReceiver): HttpReceiver['received'] {
  return received.filter(({ body }) => body.includes('users-birthdate has begun'));
}
