import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { versionSchemas } from '../../src/core/protocol/version-schemas.ts';
import { installPackedSdk } from '../support/packed-sdk.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { writeQuickStart } from '../support/quick-start.ts';
import { ReadmeService } from '../support/readme-service.ts';
import { routeOf } from '../support/route-of.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../support/users-target.ts';

const limitMs = 120_000;
const [from, to] = versionSchemas('users-birthdate');
const migration = { ...USERS_BIRTHDATE, from, to };

let folder: string;
let target: UsersTarget;
let control: ProtocolServer;
let service: ReadmeService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-quick-start-'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await installPackedSdk(folder);
  await writeQuickStart(folder);
  target = await UsersTarget.create();
  await target.admin.query(`INSERT INTO users (id, dob) VALUES (1, '1815-12-10')`);
  await target.run('expand', migration);
  await target.run('backfill', migration);
  control = await ProtocolServer.start();
  control.set(routeOf({ rings: [{ name: 'r', units: ['acme'] }], shadowSample: 0 }));
  service = await ReadmeService.start(folder, {
    DATABASE_URL: target.url,
    CROSSFADE_URL: control.url,
    CROSSFADE_TOKEN: 'secret',
  });
}, limitMs);

afterAll(async () => {
  await service?.stop();
  await control?.vanish();
  await target?.close();
  await rm(folder, { recursive: true, force: true });
}, limitMs);

/** What the service reported of a tenant's reads, by cohort. */
function readsOf(tenant: string): Readonly<Record<string, number>> {
  const reads: Record<string, number> = {};
  const batches = control.reports.flatMap(({ evidence }) => evidence);
  for (const { unit, cohort, requests } of batches.flatMap(({ units }) => units)) {
    if (unit === tenant) reads[cohort] = (reads[cohort] ?? 0) + requests;
  }
  return reads;
}

describe('the quick start of docs/sdk.md', () => {
  it('serves each tenant by its side, and both answer alike', async () => {
    await control.until(() => control.reports.at(-1)?.acknowledged[0]?.revision === 1);
    expect(await service.dobOf('acme', 1)).toBe('1815-12-10');
    expect(await service.dobOf('globex', 1)).toBe('1815-12-10');
    await control.until(() => 'canary' in readsOf('acme') && 'baseline' in readsOf('globex'));
    expect([readsOf('acme'), readsOf('globex')]).toEqual([{ canary: 1 }, { baseline: 1 }]);
    expect(control.reports.at(-1)).toMatchObject({
      service: 'users-api',
      implements: ['users-birthdate'],
    });
  });

  it('is taken back by a rollback without a restart', async () => {
    control.set(routeOf({ revision: 2, baseStage: 'off', canaryStage: 'off' }));
    await control.until(() => control.reports.at(-1)?.acknowledged[0]?.revision === 2);
    expect(await service.dobOf('acme', 1)).toBe('1815-12-10');
    await control.until(() => 'baseline' in readsOf('acme'));
    expect(readsOf('acme')).toEqual({ canary: 1, baseline: 1 });
  });
});
