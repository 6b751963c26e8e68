import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import type { Route } from '../../src/core/protocol/route.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { ANY_TOKEN, startFlagService } from '../support/flag-service.ts';
import type { FlagService } from '../support/flag-service.ts';
import { MemoryFlagFeed } from '../support/memory-flag-feed.ts';
import { routeOf, routeSpec } from '../support/random-route.ts';
import { connectUnleash, untilServed, variantOf } from '../support/unleash-sdk.ts';

const flag = 'users-birthdate';
const population = Array.from({ length: 1000 }, (_, n) => `tenant-${n}`);
const streaming = { experimentalMode: { type: 'streaming' } } as const;

let feed: MemoryFlagFeed;
let service: FlagService;
let clients: Unleash[];
/** A client that cannot stream falls back to polling and says so. */
let modes: unknown[];

beforeEach(async () => {
  feed = new MemoryFlagFeed();
  feed.show(routeOf(routeSpec(), 1));
  service = await startFlagService(feed);
  clients = [];
  modes = [];
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await service.stop();
});

async function connect(config: Parameters<typeof connectUnleash>[2] = {}): Promise<Unleash> {
  const client = await connectUnleash(service.url, ANY_TOKEN, config);
  clients.push(client);
  client.on('mode', (change) => modes.push(change));
  return client;
}

function served(client: Unleash): string[] {
  return population.map((unit) => `${unit} ${variantOf(client, flag, unit)}`);
}

function decided(route: Route): string[] {
  return population.map((unit) => `${unit} ${stageOfUnit(route, unit).stage}`);
}

describe.each([
  ['polling', {}],
  ['streaming', streaming],
])('the real unleash-client, %s', (_mode, config) => {
  it('gives every unit the stage that core/stage decides', async () => {
    const client = await connect(config);
    expect(served(client)).toEqual(decided(routeOf(routeSpec(), 1)));
    expect(client.getVariant(flag, {}).name).toBe('disabled');
  });

  it('sees a change, a switched-off flag and a flag that is gone', async () => {
    const client = await connect(config);
    const next = routeOf(routeSpec({ share: 75, quarantined: ['tenant-3'] }), 2);
    feed.show(next);
    await untilServed(
      client,
      flag,
      (feature) => feature?.strategies[3]?.parameters['rollout'] === '75',
    );
    expect(served(client)).toEqual(decided(next));

    feed.show(routeOf(routeSpec(), 3, false));
    await untilServed(client, flag, (feature) => feature?.enabled === false);
    expect(variantOf(client, flag, 'tenant-3')).toBe('disabled');

    feed.show();
    await untilServed(client, flag, (feature) => feature === null);
    expect(modes).toEqual([]);
  });

  it('comes back by itself after a restart of the server, and hears what it missed', async () => {
    const client = await connect(config);
    await service.stop();
    const next = routeOf(routeSpec({ share: 90 }), 2);
    feed.show(next);
    service = await startFlagService(feed, { port: service.port });
    await untilServed(
      client,
      flag,
      (feature) => feature?.strategies[3]?.parameters['rollout'] === '90',
    );
    expect(served(client)).toEqual(decided(next));
    expect(modes).toEqual([]);
  });

  it('outlives a fault of the state database', async () => {
    feed.failing = true;
    const refusal = feed.refusal();
    const started = connect(config);
    await refusal;
    feed.failing = false;
    const client = await started;
    expect(served(client)).toEqual(decided(routeOf(routeSpec(), 1)));
    expect(modes).toEqual([]);
  });
});

describe('the wire', () => {
  const spec = { 'unleash-client-spec': '5.2.0' };

  interface Asked extends RequestInit {
    readonly headers?: Readonly<Record<string, string>>;
  }

  async function ask(path: string, init: Asked = {}): Promise<Response> {
    const headers = { authorization: ANY_TOKEN, ...init.headers };
    return fetch(`${service.url}/api/client/${path}`, { ...init, headers });
  }

  async function features(query = '', headers = {}): Promise<Response> {
    return ask(`features${query}`, { headers: { ...spec, ...headers } });
  }

  it('answers 304 to the tag that it gave, and 200 once a route changed', async () => {
    const first = await features();
    const etag = first.headers.get('etag') ?? '';
    const body = (await first.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ version: 2, segments: [], meta: { revisionId: 1, etag } });
    for (const known of [etag, `W/${etag}`]) {
      const again = await features('', { 'if-none-match': known });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
    feed.show(routeOf(routeSpec(), 2));
    expect((await features('', { 'if-none-match': etag })).status).toBe(200);
  });

  it('gives another tag when a flag goes, though the newest revision stays', async () => {
    const other = routeOf(routeSpec({ migration: 'other' }), 1);
    const before = (await features()).headers.get('etag');
    feed.show(routeOf(routeSpec(), 1), other);
    const both = (await features()).headers.get('etag');
    expect(both).not.toBe(before);
    const narrowed = (await (await features('?namePrefix=oth')).json()) as { features: [] };
    expect(narrowed.features).toMatchObject([{ name: 'other' }]);
    const elsewhere = (await (await features('?project=elsewhere')).json()) as { features: [] };
    expect(elsewhere.features).toEqual([]);
  });

  it.each(['features', 'streaming'])(
    'answers 503 on %s while routes cannot be read',
    async (path) => {
      feed.failing = true;
      const response = await ask(path);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'unavailable' });
    },
  );

  it.each(['register', 'metrics'])('accepts whatever a client says to %s', async (path) => {
    const response = await ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appName: 'test', bucket: null, impactMetrics: [{}] }),
    });
    expect(response.status).toBe(202);
  });

  it('ends its streams when it stops, so that stopping does not wait for clients', async () => {
    const stream = await ask('streaming');
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const text = stream.text();
    await service.stop();
    expect(await text).toMatch(
      /^event: unleash-connected\nid: 1\ndata: \{"events":\[\{"type":"hydration"/,
    );
    service = await startFlagService(feed);
  });
});
