import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { OpenFeature as WebOpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import type { Provider } from '@openfeature/web-sdk';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { FetchEventSource } from '../support/fetch-event-source.ts';
import { routeOf } from '../support/route-of.ts';
import { StoredFlags } from '../support/stored-flags.ts';

const tenants = Array.from({ length: 50 }, (_, n) => `tenant-${n}`);
const route = routeOf({ share: 50, withoutUnit: 'refuse' });
const variants = (type: string, value: string) => [
  { name: 'v', weight: 1000, payload: { type, value } },
];

let flags: StoredFlags;
let token: string;

beforeAll(async () => {
  flags = await StoredFlags.open();
  token = await flags.clientToken('production', 'frontend');
  Object.assign(globalThis, { EventSource: FetchEventSource });
});

beforeEach(async () => {
  await flags.clear();
  for (const [name, enabled, type, value] of [
    ['on', true],
    ['off', false],
    ['colour', true, 'string', 'red'],
    ['limit', true, 'number', '20'],
    ['theme', true, 'json', '{"dark":true}'],
    ['later', false, 'string', 'red'],
  ] as const) {
    const given = type === undefined ? [] : variants(type, value);
    const environments = { production: { enabled, variants: given } };
    await flags.call('PUT', `features/${name}`, { environments });
  }
  await flags.showRoute('users-birthdate-flag', route);
});

afterEach(async () => {
  await OpenFeature.close();
  await WebOpenFeature.close();
});

afterAll(() => flags.close());

function toggle(name: string, enabled: boolean): Promise<unknown> {
  return flags.call('POST', `features/${name}/toggle`, { environment: 'production', enabled });
}

describe('the OFREP provider of OpenFeature for servers', () => {
  it('resolves every type, defaults where there is nothing, and says why', async () => {
    const headers: [string, string][] = [['Authorization', `Bearer ${token}`]];
    const provider = new OFREPProvider({ baseUrl: flags.service.url, headers });
    await OpenFeature.setProviderAndWait(provider);
    const client = OpenFeature.getClient();
    expect(await client.getBooleanDetails('on', false)).toMatchObject({
      value: true,
      reason: 'STATIC',
      flagMetadata: { project: 'default' },
    });
    expect(await client.getBooleanDetails('off', true)).toMatchObject({
      value: false,
      reason: 'DISABLED',
    });
    expect(await client.getStringDetails('colour', '')).toMatchObject({
      value: 'red',
      variant: 'v',
    });
    expect(await client.getNumberValue('limit', 0)).toBe(20);
    expect(await client.getObjectValue('theme', {})).toEqual({ dark: true });
    expect(await client.getBooleanDetails('nowhere', true)).toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await client.getNumberDetails('colour', 1)).toMatchObject({
      value: 1,
      errorCode: 'TYPE_MISMATCH',
    });
  });

  it('routes every unit as core/stage decides, and refuses to go without one', async () => {
    const headers: [string, string][] = [['X-API-Key', token]];
    const provider = new OFREPProvider({ baseUrl: flags.service.url, headers });
    await OpenFeature.setProviderAndWait(provider);
    const client = OpenFeature.getClient();
    for (const targetingKey of tenants) {
      const { value, flagMetadata } = await client.getStringDetails('users-birthdate', '', {
        targetingKey,
      });
      const { stage, side } = stageOfUnit(route, targetingKey);
      expect([value, flagMetadata['side']]).toEqual([stage, side]);
    }
    expect(await client.getStringDetails('users-birthdate', 'mine')).toMatchObject({
      value: 'mine',
      errorCode: 'TARGETING_KEY_MISSING',
    });
  });
});

describe('the OFREP provider of OpenFeature for the web', () => {
  async function connected(): Promise<ReturnType<typeof WebOpenFeature.getClient>> {
    const provider = new OFREPWebProvider({
      baseUrl: flags.service.url,
      headers: [['Authorization', `Bearer ${token}`]],
      cacheMode: 'disabled',
    });
    await WebOpenFeature.setContext({ targetingKey: 'tenant-1' });
    await WebOpenFeature.setProviderAndWait(provider as unknown as Provider);
    return WebOpenFeature.getClient();
  }

  function changed(client: ReturnType<typeof WebOpenFeature.getClient>): Promise<unknown> {
    return new Promise((resolve) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, (details) =>
        resolve(details?.flagsChanged),
      );
    });
  }

  it('holds all flags at once, and is told of a change without asking', async () => {
    const client = await connected();
    expect(client.getBooleanValue('on', false)).toBe(true);
    expect(client.getStringDetails('later', 'mine')).toMatchObject({
      value: 'mine',
      reason: 'DISABLED',
    });
    expect(client.getStringValue('users-birthdate', '')).toBe(stageOfUnit(route, 'tenant-1').stage);
    const news = changed(client);
    await toggle('off', true);
    expect(await news).toEqual(['off']);
    expect(client.getBooleanValue('off', false)).toBe(true);
  });

  it('is told of a rollback, too', async () => {
    const client = await connected();
    const news = changed(client);
    await flags.showRoute('users-birthdate-flag', { ...route, canaryStage: 'off', share: 0 });
    expect(await news).toEqual(['users-birthdate']);
    expect(client.getStringValue('users-birthdate', '')).toBe('shadow');
  });
});

describe('the protocol', () => {
  async function post(path: string, body: unknown, headers = {}): Promise<Response> {
    return fetch(`${flags.service.url}/ofrep/v1/evaluate/flags${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  interface Bulk {
    readonly flags: readonly { readonly key: string; readonly errorCode?: string }[];
    readonly metadata: { readonly flagSetId: string; readonly revision: number };
    readonly eventStreams: readonly { type: string; endpoint: { requestUri: string } }[];
  }

  it.each([
    ['/nowhere', {}, 404, { key: 'nowhere', errorCode: 'FLAG_NOT_FOUND' }],
    ['/a%20b', {}, 404, { key: 'a b', errorCode: 'FLAG_NOT_FOUND' }],
    ['/on', '{', 400, { key: 'on', errorCode: 'PARSE_ERROR' }],
    ['/on', { context: 7 }, 400, { key: 'on', errorCode: 'INVALID_CONTEXT' }],
    ['/users-birthdate', {}, 400, { key: 'users-birthdate', errorCode: 'TARGETING_KEY_MISSING' }],
    ['', '{', 400, { errorCode: 'PARSE_ERROR' }],
    ['', { context: [] }, 400, { errorCode: 'INVALID_CONTEXT' }],
  ])('answers %s with %j by %s', async (path, body, status, wanted) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({ ...wanted, errorDetails: expect.any(String) });
  });

  it('answers by 401 and 403 to who may not ask', async () => {
    const [nobody, admin] = [{ authorization: '' }, { authorization: 'nonsense' }];
    expect((await post('/on', {}, nobody)).status).toBe(401);
    expect((await post('', {}, admin)).status).toBe(401);
  });

  it('gives all flags, each fault in its place, and a tag that holds while nothing changes', async () => {
    const first = await post('', { context: { plan: 'gold' } });
    const etag = first.headers.get('etag') ?? '';
    const body = (await first.json()) as Bulk;
    expect(body.flags.map(({ key }) => key)).toEqual([
      'colour',
      'later',
      'limit',
      'off',
      'on',
      'theme',
      'users-birthdate',
    ]);
    expect(body.flags.at(-1)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
    expect(body.metadata).toEqual({ flagSetId: 'production', revision: expect.any(Number) });
    const again = await post('', { context: { plan: 'gold' } }, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(
      (await post('', { context: { targetingKey: 't' } }, { 'if-none-match': etag })).status,
    ).toBe(200);
    await toggle('on', false);
    expect((await post('', { context: { plan: 'gold' } }, { 'if-none-match': etag })).status).toBe(
      200,
    );
  });

  it('opens its stream by a ticket that is good for that alone', async () => {
    const { eventStreams, metadata } = (await (await post('', {})).json()) as Bulk;
    const [stream] = eventStreams;
    expect(stream).toMatchObject({ type: 'sse', inactivityDelaySec: 120 });
    const url = `${flags.service.url}${stream?.endpoint.requestUri}`;
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    const { value } = await response.body!.pipeThrough(new TextDecoderStream()).getReader().read();
    abort.abort();
    const [event, id, data] = value!.split('\n');
    expect([event, id]).toEqual(['event: message', `id: ${metadata.revision}`]);
    expect(JSON.parse(data!.slice('data: '.length))).toEqual({
      type: 'refetchEvaluation',
      etag: `"${metadata.revision}"`,
      lastModified: expect.any(Number),
    });
    const ticket = new URL(url).searchParams.get('ticket') ?? '';
    expect((await fetch(url.slice(0, -1))).status).toBe(401);
    expect((await post('/on', {}, { authorization: `Bearer ${ticket}` })).status).toBe(401);
    const later = ticket.replace(/\.(\d+)\./, (_, until) => `.${Number(until) + 1}.`);
    expect((await fetch(`${flags.service.url}/ofrep/v1/stream?ticket=${later}`)).status).toBe(401);
  });

  it('lets pages of any origin ask', async () => {
    const asked = { 'access-control-request-headers': 'authorization,if-none-match' };
    const url = `${flags.service.url}/ofrep/v1/evaluate/flags`;
    const preflight = await fetch(url, { method: 'OPTIONS', headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'authorization,if-none-match',
    );
    const response = await post('', {});
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toContain('ETag');
  });
});
