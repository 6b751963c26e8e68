import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as ask } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { InstanceReport } from '../../src/core/protocol/report.ts';
import type { Intake } from '../../src/engine/ports/intake.ts';
import type { RolloutStore } from '../../src/engine/ports/rollout-store.ts';
import { ProjectDirectory } from '../../src/engine/ports/project-directory.ts';
import { TokenStore } from '../../src/engine/ports/token-store.ts';
import { Doorkeeper } from '../../src/server/auth/doorkeeper.ts';
import { TokenGuard } from '../../src/server/auth/token.guard.ts';
import { Pulse } from '../../src/server/engine/pulse.ts';
import { GatewayController } from '../../src/server/gateway/gateway.controller.ts';
import { GatewayDoor } from '../../src/server/gateway/gateway-door.ts';
import { GatewayMemory } from '../../src/server/gateway/gateway-memory.ts';
import { GatewaySeats } from '../../src/server/gateway/gateway-seats.ts';
import { ProblemFilter } from '../../src/server/problem.filter.ts';
import { MemoryRouteFeed } from '../support/memory-route-feed.ts';
import { MemoryProjectDirectory } from '../support/memory-project-directory.ts';
import { MemoryTokenStore } from '../support/memory-token-store.ts';
import { routeOf, routeSpec } from '../support/random-route.ts';
import { Silence } from '../support/silence.ts';

type Headers = Readonly<Record<string, string>>;

/** How a proxy asks about a request of its caller, by its configuration in docs/gateway. */
interface Proxy {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** Those of the answer that it passes on. */
  readonly passedOn: (name: string) => boolean;
}

const ringed = 'tenant-3';
const reports: InstanceReport[] = [];
let app: INestApplication;
let port: number;

beforeAll(async () => {
  const feed = new MemoryRouteFeed();
  feed.show(routeOf({ ...routeSpec(), migration: 'parcels-grams' }, 1));
  const memory = new GatewayMemory(feed);
  await memory.look();
  const intake = {
    report: async (report: InstanceReport) => {
      reports.push(report);
      return report.implements;
    },
  } as unknown as Intake;
  const rollouts = { wake: async () => {} } as unknown as RolloutStore;
  const tokens = new MemoryTokenStore('CROSSFADE_TOKEN');
  class ProxiesModule {}
  Module({
    controllers: [GatewayController],
    providers: [
      { provide: TokenStore, useValue: tokens },
      { provide: ProjectDirectory, useValue: new MemoryProjectDirectory() },
      { provide: GatewayDoor, useValue: new GatewayDoor(new Doorkeeper(tokens)) },
      { provide: GatewaySeats, useValue: new GatewaySeats(memory, intake, rollouts, new Pulse()) },
      { provide: APP_GUARD, useClass: TokenGuard },
    ],
  })(ProxiesModule);
  const tested = Test.createTestingModule({ imports: [ProxiesModule] });
  app = (await tested.compile()).createNestApplication();
  app.useGlobalFilters(new ProblemFilter(new Silence()));
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as AddressInfo);
});

afterAll(async () => {
  await app.close();
});

/** Every object below `node` that has `key`. */
function having(node: unknown, key: string): Record<string, unknown>[] {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap((value) => having(value, key));
  return key in node ? [node as Record<string, unknown>, ...inner] : inner;
}

/** What stands under `key`, wherever that is. */
function under<T>(node: unknown, key: string): T {
  const [found] = having(node, key);
  if (found === undefined) throw new Error(`the configuration has no ${key}`);
  return found[key] as T;
}

async function configurationOf(proxy: string): Promise<unknown> {
  return parse(await readFile(`docs/gateway/${proxy}.yaml`, 'utf8'));
}

/** By ext_authz: the caller's method, its path behind a prefix, and of its headers those that are allowed. */
async function envoy(caller: Headers): Promise<Proxy> {
  const configuration = await configurationOf('envoy');
  const service = under<object>(configuration, 'http_service');
  const prefix = under<string>(service, 'path_prefix');
  const added = having(service, 'value').map(({ key, value }) => [String(key), String(value)]);
  const allowed = having(under(configuration, 'allowed_headers'), 'exact').map(
    ({ exact }) => exact,
  );
  const kept = Object.entries(caller).filter(([name]) => allowed.includes(name));
  const prefixes = having(service, 'prefix').map((pattern) => String(pattern['prefix']));
  return {
    method: 'POST',
    path: `${prefix}/orders/7?full=1`,
    headers: Object.fromEntries([...kept, ['content-length', '0'], ...added]) as Headers,
    passedOn: (name) => prefixes.some((start) => name.startsWith(start)),
  };
}

/** By ForwardAuth: a GET of the address, what was asked in headers, and those of the headers that are listed. */
async function traefik(caller: Headers): Promise<Proxy> {
  const configuration = await configurationOf('traefik');
  const address = under<string>(configuration, 'address');
  const asked = under<readonly string[]>(configuration, 'authRequestHeaders');
  const answered = under<readonly string[]>(configuration, 'authResponseHeaders');
  const set = Object.entries(under<Headers>(configuration, 'customRequestHeaders'));
  const all = new Map([...Object.entries(caller), ...set].map(([k, v]) => [k.toLowerCase(), v]));
  const listed = asked.map((name) => name.toLowerCase());
  const forwarded = { 'x-forwarded-method': 'POST', 'x-forwarded-uri': '/orders/7?full=1' };
  return {
    method: 'GET',
    path: new URL(address).pathname,
    headers: {
      ...Object.fromEntries([...all].filter(([name]) => listed.includes(name))),
      ...forwarded,
    },
    passedOn: (name) => answered.some((one) => one.toLowerCase() === name),
  };
}

async function answerTo({ method, path, headers }: Proxy): Promise<IncomingMessage> {
  const question = ask({ host: '127.0.0.1', port, method, path, headers }).end();
  const [answer] = (await once(question, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

describe.each([
  ['envoy', envoy],
  ['traefik', traefik],
] as const)('a question as the configuration for %s sends it', (name, asked) => {
  it.each([
    [ringed, 'new'],
    ['somebody', 'old'],
  ])('is answered for %s by the side %s, in headers that are passed on', async (unit, side) => {
    const proxy = await asked({ 'x-tenant': unit });
    const { statusCode, headers } = await answerTo(proxy);
    expect(statusCode).toBe(200);
    expect(headers['x-crossfade-side']).toBe(side);
    const wanted = ['side', 'cohort', 'revision', 'bucket'].map((one) => `x-crossfade-${one}`);
    expect(wanted.filter((one) => !proxy.passedOn(one) || headers[one] === undefined)).toEqual([]);
  });

  it('takes no word of its caller for its own', async () => {
    const claims = { 'x-crossfade-unit': ringed, 'x-crossfade-gateway': 'mine' };
    const all = { ...claims, 'x-crossfade-doubt': 'refuse', authorization: 'Bearer mine' };
    const { statusCode, headers } = await answerTo(await asked({ ...all, 'x-tenant': 'somebody' }));
    expect([statusCode, headers['x-crossfade-side']]).toEqual([200, 'old']);
  });

  it('makes the proxy an instance of the application, with the long lease of who has nobody else to ask', () => {
    const own = reports.filter(({ instance }) => instance.startsWith(`${name}-1 via `));
    expect(own[0]).toMatchObject({ service: 'parcels-api', implements: ['parcels-grams'] });
    expect(new Set(own.map(({ maxStaleMs }) => maxStaleMs))).toEqual(new Set([900_000]));
    expect(reports.filter(({ instance }) => instance.startsWith('mine'))).toEqual([]);
  });
});
