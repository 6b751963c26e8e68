import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuth2Token } from './oauth2-token.ts';
import { PrometheusProvider } from './prometheus-provider.ts';

/** An authorization server and, beside it, a Prometheus that lets in only its newest token. */
let server: Server;
let url: string;
let asked: { authorization: string | undefined; form: string }[];
let lifeSeconds: number | undefined;
let refusal: { status: number; body: string } | null;
let revoked: boolean;
let now: number;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await text(request);
  const { authorization } = request.headers;
  if (request.url === '/token') {
    asked.push({ authorization, form });
    if (refusal !== null) return void response.writeHead(refusal.status).end(refusal.body);
    const token = {
      access_token: `t${asked.length}`,
      token_type: 'Bearer',
      expires_in: lifeSeconds,
    };
    return void response.end(JSON.stringify(token));
  }
  const isIn = !revoked && authorization === `Bearer t${asked.length}`;
  revoked = false;
  const result = { status: 'success', data: { resultType: 'scalar', result: [1, '7'] } };
  response.writeHead(isIn ? 200 : 401).end(isIn ? JSON.stringify(result) : '{}');
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  [asked, lifeSeconds, refusal, revoked, now] = [[], 3_600, null, false, 0];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const client = () => ({
  tokenUrl: `${url}/token`,
  clientId: 'cross fade',
  clientSecret: 's:3cret',
});
const bounds = { timeoutMs: 5_000, maxBytes: 65_536, reach: {} };
const token = (scopes: string[] = []) =>
  new OAuth2Token({ ...client(), scopes }, bounds, () => now);

describe('a token of client credentials', () => {
  it('is asked for once, as the standard says, by however many', async () => {
    const held = token(['metrics.read', 'more']);
    expect(await Promise.all([held.bearer(), held.bearer()])).toEqual(['t1', 't1']);
    expect(await held.bearer()).toBe('t1');
    expect(asked).toEqual([
      {
        form: 'grant_type=client_credentials&scope=metrics.read+more',
        authorization: `Basic ${Buffer.from('cross+fade:s%3A3cret').toString('base64')}`,
      },
    ]);
  });

  it('is renewed half a minute before its end, and a short one at half of its life', async () => {
    const held = token();
    await held.bearer();
    now = 3_569_999;
    expect(await held.bearer()).toBe('t1');
    now = 3_570_000;
    lifeSeconds = 10;
    expect(await held.bearer()).toBe('t2');
    now += 5_000;
    expect(await held.bearer()).toBe('t3');
  });

  it('of which nobody says how long it is good is good for a while', async () => {
    lifeSeconds = undefined;
    const held = token();
    await held.bearer();
    now = 29_999;
    expect(await held.bearer()).toBe('t1');
    now = 30_000;
    expect(await held.bearer()).toBe('t2');
  });

  it.each([
    [
      401,
      '{"error":"invalid_client","error_description":"s:3cret is wrong"}',
      'answered 401: invalid_client',
    ],
    [500, 'oops s:3cret', 'answered 500'],
    [200, '{"access_token":"a\\nb","token_type":"bearer"}', 'without an access_token'],
    [200, '{"access_token":"a","token_type":"mac"}', 'no bearer token'],
  ])('is refused with %i %s in words that hold no secret', async (status, body, words) => {
    refusal = { status, body };
    const error = await token()
      .bearer()
      .catch((thrown: Error) => thrown);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain('3cret');
  });
});

describe('a Prometheus behind OAuth 2.0', () => {
  const provider = () => new PrometheusProvider({ url, credentials: client() });

  it('is asked with the token, and with another one after it was refused', async () => {
    const prometheus = provider();
    expect(await prometheus.value('1', 0)).toMatchObject({ kind: 'series' });
    revoked = true;
    expect(await prometheus.value('1', 0)).toMatchObject({ kind: 'fault', fault: 'unauthorized' });
    expect(await prometheus.value('1', 0)).toMatchObject({ kind: 'series' });
    expect(asked).toHaveLength(2);
  });

  it('is not asked while there is no token', async () => {
    refusal = { status: 400, body: '{"error":"invalid_scope"}' };
    expect(await provider().value('1', 0)).toEqual({
      kind: 'fault',
      fault: 'unauthorized',
      reason: 'the token server answered 400: invalid_scope',
    });
  });
});
