import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { letInto } from '../support/let-into.ts';
import { StoredFlags } from '../support/stored-flags.ts';
import { connectUnleash, untilServed } from '../support/unleash-sdk.ts';

let flags: StoredFlags;
let client: string;
let browser: string;

beforeAll(async () => {
  flags = await StoredFlags.open();
  client = await flags.clientToken('production');
  browser = await flags.clientToken('production', 'frontend');
  const environments = { production: { enabled: true } };
  await flags.call('PUT', 'features/on', { environments });
});

afterEach(() => letIn(true));
afterAll(() => flags.close());

const letIn = (allowed: boolean): Promise<void> => letInto(flags.state.url, allowed);

const calls: readonly (readonly [method: string, path: string, token: () => string])[] = [
  ['GET', '/api/client/features', () => client],
  ['GET', '/api/client/delta', () => client],
  ['GET', '/api/client/streaming', () => client],
  ['GET', '/api/frontend', () => browser],
  ['POST', '/api/frontend', () => browser],
  ['POST', '/ofrep/v1/evaluate/flags/on', () => browser],
  ['POST', '/ofrep/v1/evaluate/flags', () => client],
];

async function ask(method: string, path: string, token: string): Promise<Response> {
  return fetch(`${flags.service.url}${path}`, {
    method,
    headers: { authorization: token, 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: '{}' } : {}),
  });
}

async function statuses(token?: string): Promise<readonly number[]> {
  const answers = calls.map(([method, path, own]) => ask(method, path, token ?? own()));
  const responses = await Promise.all(answers);
  for (const { body } of responses) await body?.cancel();
  return responses.map(({ status }) => status);
}

/** Every status on the way to where all calls are answered by `wanted`. */
async function statusesUntil(wanted: number): Promise<readonly number[]> {
  const seen = new Set<number>();
  for (;;) {
    const now = await statuses();
    for (const status of now) seen.add(status);
    if (now.every((status) => status === wanted)) return [...seen].toSorted((a, b) => a - b);
    await sleep(50);
  }
}

describe('while the database is away', () => {
  it('nobody is told anything that would make them give up, and all is well afterwards', async () => {
    expect(new Set(await statuses())).toEqual(new Set([200]));
    await letIn(false);
    expect([[503], [200, 503]]).toContainEqual(await statusesUntil(503));
    const [method, path, own] = calls[0]!;
    const refused = await ask(method, path, own());
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(new Set(await statuses())).toEqual(new Set([503]));
    expect(new Set(await statuses('a-token-that-nobody-knows'))).toEqual(new Set([503]));
    await letIn(true);
    expect([[200], [200, 503]]).toContainEqual(await statusesUntil(200));
  });

  it('a client keeps its stream, and hears through it what changes afterwards', async () => {
    const config = { experimentalMode: { type: 'streaming' } } as const;
    const unleash = await connectUnleash(flags.service.url, client, config);
    const faults: unknown[] = [];
    for (const event of ['mode', 'warn', 'error'] as const) {
      unleash.on(event, (fault: unknown) => faults.push(fault));
    }
    await letIn(false);
    await statusesUntil(503);
    expect(unleash.isEnabled('on')).toBe(true);
    await letIn(true);
    const off = { environment: 'production', enabled: false };
    while ((await flags.call('POST', 'features/on/toggle', off)).status !== 200) await sleep(100);
    await untilServed(unleash, 'on', (feature) => feature?.enabled === false);
    expect(faults).toEqual([]);
    unleash.destroy();
  });
});
