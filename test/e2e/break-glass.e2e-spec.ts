import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createParcels } from '../support/parcels.ts';
import { type Said, StartedCrossfade } from '../support/started-crossfade.ts';
import { untilView } from '../support/until-view.ts';

const limitMs = 300_000;
const name = 'parcels-grams';

let folder: string;
let state: TestDatabase;
let target: TestDatabase;
let crossfade: StartedCrossfade;

const start = (): Promise<StartedCrossfade> =>
  StartedCrossfade.start({
    dataDir: join(folder, 'crossfade'),
    databaseUrl: state.url,
    environment: { PARCELS_DB_URL: target.url },
  });

/** What a person on call types, with no server to answer. */
function typed(added: Readonly<Record<string, string>>, ...words: string[]): Promise<Said> {
  const env = inheritedEnvironment({
    CROSSFADE_URL: crossfade.url,
    CROSSFADE_TOKEN: crossfade.adminToken,
    USER: 'ada',
    ...added,
  });
  return new Promise((resolve) => {
    execFile('npm', ['run', '-s', 'crossfade', '--', ...words], { env }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, out: out + err }),
    );
  });
}

async function killOnTarget(sql: string): Promise<boolean | undefined> {
  const client = new Client({ connectionString: target.url });
  await client.connect();
  await client.query(sql);
  const { rows } = await client.query<{ kill: boolean }>('SELECT kill FROM crossfade.route');
  await client.end();
  return rows[0]?.kill;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-glass-'));
  await chmod(folder, 0o711);
  [state, target] = await Promise.all([createDatabase(), createDatabase()]);
  await createParcels(target.url);
  crossfade = await start();
}, limitMs);

afterAll(async () => {
  await crossfade?.stop();
  await Promise.all([state?.drop(), target?.drop()]);
  await rm(folder, { recursive: true, force: true });
}, limitMs);

describe('a rollback while Crossfade is down', () => {
  it(
    'Given a rollout under way, when its server was killed, then the state database takes the command, and the next server obeys',
    async () => {
      const policy = 'test/fixtures/parcels-policy.yaml';
      expect(await crossfade.say('apply', '-f', policy)).toMatchObject({ status: 0 });
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      await untilView(crossfade, name, ({ hold }) => hold?.code === 'instances');
      await crossfade.kill();

      const blind = await typed({}, 'rollback', name);
      expect(blind).toMatchObject({
        status: 1,
        out: expect.stringContaining('was NOT rolled back'),
      });
      const glass = await typed(
        { DATABASE_URL: state.url },
        'rollback',
        name,
        '--reason',
        'it burns',
      );
      expect(glass).toMatchObject({
        status: 0,
        out: expect.stringContaining(`rollback of ${name}-1 requested in the state database`),
      });
      const sql = /^UPDATE crossfade\.route .*;$/m.exec(glass.out)?.[0] ?? '';
      expect(await killOnTarget(sql)).toBe(true);

      crossfade = await start();
      const { phase, rollback } = await untilView(
        crossfade,
        name,
        ({ endedAt }) => endedAt !== null,
      );
      expect(phase).toBe('rolled_back');
      expect(rollback).toMatchObject({ by: 'ada (state database)', cause: 'it burns' });
    },
    limitMs,
  );
});
