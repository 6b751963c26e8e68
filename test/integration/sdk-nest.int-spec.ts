import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { normalizedBucket } from '../../src/core/cohort/normalized-bucket.ts';
import { Crossfade } from '../../src/sdk/index.ts';
import { CrossfadeTesting } from '../../src/sdk/testing.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { routeOf } from '../support/route-of.ts';
import { UsersApp, UsersService } from '../support/users-app.ts';
import { UsersTarget } from '../support/users-target.ts';

let target: UsersTarget;
let control: ProtocolServer;
let app: INestApplication;
const warnings: string[] = [];

const tenants = Array.from({ length: 20 }, (_, n) => `tenant-${n}`);
const inShare = tenants.filter((tenant) => normalizedBucket(tenant, 'users-birthdate') <= 50);

beforeAll(async () => {
  target = await UsersTarget.create();
  await target.admin.query(
    `INSERT INTO users (id, tenant_id, dob) VALUES (1, 'acme', '1815-12-10')`,
  );
  await target.run('expand');
  await target.run('backfill');
  control = await ProtocolServer.start();
});

afterEach(async () => {
  await app.get(DataSource).destroy();
  await app.close();
});

afterAll(async () => {
  await control.vanish();
  await target.close();
});

async function start(url: string): Promise<void> {
  const users = UsersApp.on(target.url, {
    url,
    token: 't',
    service: 'users-api',
    unit: (request) => request.user.tenantId,
    onWarning: (message) => warnings.push(message),
  });
  const module = await Test.createTestingModule({ imports: [users] }).compile();
  app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
}

async function get(path: string, tenant?: string): Promise<Response> {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const headers = tenant === undefined ? {} : { 'x-tenant': tenant };
  return fetch(`http://127.0.0.1:${port}${path}`, { headers });
}

describe('a NestJS application with TypeORM', () => {
  it('routes each request by its unit, which guards have put there', async () => {
    control.set(routeOf({ share: 50 }));
    await start(control.url);
    await app.get(Crossfade).ready();
    for (const tenant of tenants) {
      const answer = await get('/users/1', tenant);
      expect(await answer.json()).toEqual({ id: '1', birthdate: '1815-12-10' });
    }
    const [status] = app.get(Crossfade).status().migrations;
    expect(status?.stages).toMatchObject({
      live: inShare.length,
      shadow: tenants.length - inShare.length,
    });
  });

  it('counts what belongs to no unit by route, and never fails a request for it', async () => {
    control.set(routeOf({ revision: 2, share: 100 }));
    await start(control.url);
    await app.get(Crossfade).ready();
    expect((await get('/users/1')).status).toBe(200);
    expect((await get('/users/1')).status).toBe(200);
    const [status] = app.get(Crossfade).status().migrations;
    expect(status?.withoutUnit).toEqual({ 'UsersController.find': 2 });
    expect(warnings.filter((text) => text.includes('UsersController.find'))).toHaveLength(1);
  });

  it('takes what is not there for an answer: no user is no harm', async () => {
    control.set(routeOf({ revision: 3, share: 100 }));
    await start(control.url);
    await app.get(Crossfade).ready();
    expect((await get('/users/77', 'acme')).status).toBe(404);
    await app.close();
    const counts = control.reports.flatMap(({ evidence }) =>
      evidence.flatMap(({ units }) => units),
    );
    const acme = counts.filter(({ unit }) => unit === 'acme');
    expect(acme).toMatchObject([{ cohort: 'canary', requests: 1, failed: 0 }]);
  });

  it('says that it leaves when it ends', async () => {
    await start(control.url);
    await app.get(Crossfade).ready();
    await app.close();
    expect(control.reports.at(-1)).toMatchObject({
      leaving: true,
      implements: ['users-birthdate'],
      service: 'users-api',
    });
  });

  it('starts and serves while nobody answers for Crossfade', async () => {
    await start('http://127.0.0.1:9');
    expect(await (await get('/users/1', 'acme')).json()).toMatchObject({ birthdate: '1815-12-10' });
    expect(app.get(Crossfade).status()).toMatchObject({ connected: false });
  });
});

describe('its tests', () => {
  it.each(['old', 'new'] as const)('force the %s side, without a network', async (side) => {
    const forced = CrossfadeTesting.forced('users-birthdate', side);
    const users = UsersApp.on(target.url, { service: 'users-api' });
    const module = await Test.createTestingModule({ imports: [users] })
      .overrideProvider(Crossfade)
      .useValue(forced)
      .compile();
    app = module.createNestApplication({ logger: false });
    const user = await forced.withUnit('acme', () => app.get(UsersService).find('1'));
    expect(user).toEqual({ id: '1', birthdate: '1815-12-10' });
    expect(forced.operations).toEqual([
      { migration: 'users-birthdate', operation: 'read', side, unit: 'acme' },
    ]);
  });
});
