import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RolloutWatch } from '../../src/demo/control-plane/rollout-watch.ts';
import { hasEnded } from '../../src/demo/control-plane/views.ts';
import type { RolloutView } from '../../src/demo/control-plane/views.ts';
import { createDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { installPackedSdk } from '../support/packed-sdk.ts';
import { createParcels, ParcelsService } from '../support/parcels.ts';
import { StartedCrossfade } from '../support/started-crossfade.ts';

const limitMs = 180_000;
const name = 'parcels-grams';

let folder: string;
let state: TestDatabase;
let target: TestDatabase;
let crossfade: StartedCrossfade;
let service: ParcelsService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-thirty-lines-'));
  await chmod(folder, 0o711);
  [state, target] = await Promise.all([createDatabase(), createDatabase()]);
  await createParcels(target.url);
  await installPackedSdk(folder);
  crossfade = await StartedCrossfade.start({
    dataDir: join(folder, 'crossfade'),
    databaseUrl: state.url,
    environment: { PARCELS_DB_URL: target.url },
  });
  service = await ParcelsService.start(folder, {
    DATABASE_URL: target.url,
    CROSSFADE_URL: crossfade.url,
    CROSSFADE_TOKEN: crossfade.sdkToken,
  });
}, limitMs);

afterAll(async () => {
  await service?.stop();
  await crossfade?.stop();
  await Promise.all([state?.drop(), target?.drop()]);
  await rm(folder, { recursive: true, force: true });
}, limitMs);

/** Waits for a view for which the condition holds; ends early when the rollout does. */
async function until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
  const watch = new RolloutWatch(crossfade.client, name, () => undefined);
  const stop = new AbortController();
  const ended = watch.run(stop.signal);
  const found = await Promise.race([watch.until(condition), ended]);
  stop.abort();
  await ended.catch(() => undefined);
  return found;
}

/** The parcels whose value is not the last one that the service acknowledged. */
async function lostIn(view: string, column: string): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; value: number }>(
      `SELECT id, ${column}::int AS value FROM ${view}`,
    );
    const stands = new Map(rows.map(({ id, value }) => [Number(id), value]));
    return [...service.written].filter(([id, value]) => stands.get(id) !== value).map(([id]) => id);
  } finally {
    await client.end();
  }
}

describe('a service of thirty lines with the packed SDK, against npm start', () => {
  it('has thirty lines', async () => {
    const source = await readFile('test/fixtures/thirty-line-service.mjs', 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  it(
    'goes through a rollback: what it wrote in the new shape stands in the old one',
    async () => {
      const policy = 'test/fixtures/parcels-policy.yaml';
      expect(await crossfade.say('apply', '-f', policy)).toMatchObject({ status: 0 });
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      await until(({ exposure }) => exposure.peak === 50);
      await until(() => service.writes.v2 >= 20);
      expect(await crossfade.say('rollback', name)).toMatchObject({ status: 0 });
      const { phase } = await until(hasEnded);
      expect(phase).toBe('rolled_back');
      const before = service.writes.v2;
      await service.answered(50);
      await service.rest();
      expect(service.writes.v2).toBe(before);
      expect(before).toBeGreaterThanOrEqual(20);
      expect(service.failures).toEqual([]);
      expect(await lostIn('v1.parcels', 'weight')).toEqual([]);
      expect(await lostIn('v2.parcels', 'grams')).toEqual([]);
    },
    limitMs,
  );

  it(
    'goes through a rollout: the new shape alone remains, after a person confirmed it',
    async () => {
      service.resume();
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      await until(({ steps, stepIndex }) => steps[stepIndex]?.kind === 'contract');
      expect(await crossfade.say('complete', name, '--confirm', name)).toMatchObject({ status: 0 });
      const { phase } = await until(hasEnded);
      expect(phase).toBe('completed');
      await service.rest();
      expect(service.failures).toEqual([]);
      expect(await lostIn('v2.parcels', 'grams')).toEqual([]);
      await expect(lostIn('v1.parcels', 'weight')).rejects.toThrow('is gone');
      // What is done is done: the same policy started again changes nothing.
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      expect(await crossfade.client.rollout(name)).toMatchObject({
        phase: 'completed',
        attempt: 2,
      });
    },
    limitMs,
  );
});
