import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { z } from 'zod';
import { openStateDatabase } from '../../src/adapters/postgres/data-source.ts';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { sdkProtocol, sdkProtocolText } from '../../src/language/sdk-protocol.ts';
import { createCrossfade } from '../../src/sdk/client.ts';
import { Config } from '../../src/server/config.ts';
import { SdkController } from '../../src/server/sdk/sdk.controller.ts';
import { serve } from '../../src/server/serve.ts';
import { createDatabase } from '../support/database.ts';
import { routeSpec } from '../support/random-route.ts';
import { type Exchange, RecordingProxy } from '../support/recording-proxy.ts';
import { until } from '../support/until.ts';

const name = 'users-birthdate';
const document = sdkProtocol();

let folder: string;
let database: { readonly url: string; drop(): Promise<void> };
let server: NestExpressApplication;
let proxy: RecordingProxy;
let version = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-protocol-'));
  database = await createDatabase();
  server = await serve(
    Config.read({
      CROSSFADE_PORT: '0',
      CROSSFADE_DATA_DIR: folder,
      CROSSFADE_LOG_LEVEL: 'error',
      DATABASE_URL: database.url,
    }),
  );
  proxy = await RecordingProxy.start(await server.getUrl());
});

afterAll(async () => {
  await proxy?.stop();
  await server?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function tokenOf(scope: 'admin' | 'sdk'): Promise<string> {
  return (await readFile(join(folder, `${scope}.token`), 'utf8')).trim();
}

async function show(share: number): Promise<void> {
  version += 1;
  const source = await openStateDatabase(database.url);
  const wanted = { name, spec: routeSpec({ share }), version, enable: true };
  await new PostgresFlagProvider(source).set(wanted);
  await source.destroy();
}

/** A schema of the document as a reader of JSON Schema judges by it. */
function judge(schema: unknown): z.ZodType {
  const whole = { ...(schema as object), $defs: document.components.schemas };
  const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}

/** What is wrong with an answer by the document; empty when nothing is. */
function faultsOf({ method, path, status, contentType, answer }: Exchange): readonly string[] {
  const described = document.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
  const [type = ''] = contentType.split(';');
  const content = described?.content?.[type];
  if (content === undefined) return [`${method} ${path} ${status} ${type} is not described`];
  if (type === 'text/event-stream') return faultsOfStream(answer);
  const parsed = judge(content.schema).safeParse(JSON.parse(answer));
  return parsed.success ? [] : [`${method} ${path} ${status}: ${parsed.error.message}`];
}

function faultsOfStream(text: string): readonly string[] {
  const routes = judge({ $ref: '#/components/schemas/Routes' });
  const events = text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
  return events.filter((event) => {
    const [, data] = /^event: routes\ndata: (.*)$/.exec(event) ?? [];
    return data === undefined || !routes.safeParse(JSON.parse(data)).success;
  });
}

async function post(token: string, body: string): Promise<number> {
  const answer = await fetch(`${proxy.url}/api/v1/sdk/report`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  await answer.text();
  return answer.status;
}

async function frontendToken(): Promise<string> {
  const asked = { scope: 'frontend', name: 'spec', environment: 'production', projects: '*' };
  const answer = await fetch(`${await server.getUrl()}/api/v1/client-tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf('admin')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(asked),
  });
  return ((await answer.json()) as { token: string }).token;
}

describe('the OpenAPI document of the protocol', () => {
  it('is fresh in docs (npm run generate), and served under a token', async () => {
    expect(await readFile('docs/protocol/openapi.json', 'utf8')).toBe(sdkProtocolText());
    const url = `${await server.getUrl()}/api/v1/sdk/openapi.json`;
    expect((await fetch(url)).status).toBe(401);
    const headers = { authorization: `Bearer ${await tokenOf('sdk')}` };
    expect(await (await fetch(url, { headers })).json()).toEqual(document);
  });

  it('describes the calls of the controller, and no others', () => {
    const methods = ['GET', 'POST'];
    const prototype = SdkController.prototype as unknown as Record<string, object>;
    const calls = Object.getOwnPropertyNames(prototype).flatMap((key) => {
      const handler = prototype[key];
      if (key === 'constructor' || key === 'document' || handler === undefined) return [];
      const path = Reflect.getMetadata('path', handler) as string;
      return [`${methods[Reflect.getMetadata('method', handler) as number]} /api/v1/sdk/${path}`];
    });
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.toSorted()).toEqual(described.toSorted());
  });

  it('holds for a session of our SDK, refusals included', async () => {
    await show(10);
    const token = await tokenOf('sdk');
    const options = { url: proxy.url, token, service: 'users-api', heartbeatMs: 100 };
    const crossfade = createCrossfade({ ...options, onWarning: () => {} });
    const birthdate = crossfade.migration(name);
    const sides = { old: () => 'old', new: () => 'new' };
    await until(async () => {
      const served = await crossfade.withUnit('tenant-3', () => birthdate.read(sides));
      return served === 'new';
    });
    await show(100);
    await until(() => Promise.resolve((crossfade.status().migrations[0]?.revision ?? 0) > 1));
    await crossfade.close();
    const refused = await Promise.all([
      post('', '{}'),
      post(await frontendToken(), '{}'),
      post(token, '{'),
      post(token, '{}'),
      post(token, `"${'x'.repeat(5 << 20)}"`),
    ]);
    expect(refused).toEqual([401, 403, 400, 422, 413]);
    expect(proxy.exchanges.flatMap(faultsOf)).toEqual([]);
    const seen = new Set(proxy.exchanges.map(({ path, status }) => `${path} ${status}`));
    expect(seen).toContain('/api/v1/sdk/stream 200');
    const reports = proxy.exchanges.filter(
      ({ status, path }) => status === 200 && path.endsWith('report'),
    );
    const report = judge({ $ref: '#/components/schemas/Report' });
    for (const { request } of reports)
      expect(report.safeParse(JSON.parse(request)).success).toBe(true);
    expect(reports.length).toBeGreaterThan(2);
  });
});
