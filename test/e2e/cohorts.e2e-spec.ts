import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { CohortView } from '../../src/core/protocol/cohort-view.ts';
import { depots } from '../support/parcels.ts';
import { ParcelsWorld } from '../support/parcels-world.ts';

const limitMs = 180_000;
const name = 'parcels-grams';
const file = join(tmpdir(), `crossfade-cohorts-${process.pid}.yaml`);
const steps = `
    - shadow: { sample: 100%, bake: 1s }
    - ring: { name: free, bake: 1s }
    - share: { to: 4 units, order: smallestTraffic, bake: 1s }
    - share: { to: 50%, bake: 1h, require: proven }`;

let world: ParcelsWorld;

beforeAll(async () => {
  world = await ParcelsWorld.open();
  const client = new pg.Client({ connectionString: world.targetUrl });
  await client.connect();
  await client.query(`CREATE TABLE depots (id text PRIMARY KEY, plan text, parent text);
    INSERT INTO depots SELECT 'depot-' || n, CASE WHEN n < 2 THEN 'free' ELSE 'paid' END,
      CASE WHEN n IN (1, 7) THEN 'depot-' || n + 1 END FROM generate_series(0, ${depots - 1}) n`);
  await client.end();
  const fixture = await readFile('test/fixtures/parcels-policy.yaml', 'utf8');
  const from = 'from: { table: depots, id: id, together: parent }';
  const policy = fixture
    .replace('unit: { key: depot, columns', `unit: { key: depot, ${from}, columns`)
    .replace('  guards:', '  rings: [{ name: free, where: { plan: free } }]\n  guards:')
    .replace(/\n {4}- shadow:.*\n {4}- share: \{ to: 50%.*/, steps);
  await writeFile(file, policy);
}, limitMs);

afterAll(async () => {
  await world?.close();
  await rm(file, { force: true });
}, limitMs);

/** What the command says of one step, with who is in it. */
async function told(step: number): Promise<CohortView['steps'][number]> {
  const words = ['cohort', '-f', file, '--step', String(step), '--list', '-o', 'json'];
  const said = await world.crossfade.say(...words);
  expect(said).toMatchObject({ status: 0 });
  const { cohorts } = JSON.parse(said.out) as { cohorts: readonly CohortView[] };
  return cohorts[0]!.steps[0]!;
}

/** The depots that the service writes on the new side, as the step settled. */
async function served(step: string): Promise<readonly string[]> {
  await world.until(
    ({ steps: all, stepIndex, stepSettledAt }) =>
      all[stepIndex]?.name === step && stepSettledAt !== null,
  );
  const sides = await Promise.all(
    Array.from({ length: depots }, (_, depot) => world.service.sideOf(depot)),
  );
  return sides.flatMap((side, depot) => (side === 'v2' ? [`depot-${depot}`] : [])).toSorted();
}

describe('a rollout whose units are read from the target', () => {
  it(
    'says beforehand whom each step moves, and moves exactly those',
    async () => {
      expect(await world.crossfade.say('apply', '-f', file)).toMatchObject({ status: 0 });
      const ring = await told(5);
      expect(ring).toMatchObject({ name: 'ring free', units: 3, traffic: null });
      expect(ring.list).toEqual(['depot-0', 'depot-1', 'depot-2']);
      expect(await world.crossfade.say('start', name)).toMatchObject({ status: 0 });
      expect(await served('share 50%')).toEqual((await told(7)).list);
    },
    limitMs,
  );

  it('has let few units with little traffic go before, and nobody has jumped back', async () => {
    const [few, half] = [await told(6), await told(7)];
    expect(few).toMatchObject({ name: 'share 4 units', units: 7, traffic: expect.any(Number) });
    expect(half.list).toEqual(expect.arrayContaining([...(few.list ?? [])]));
    const pair = ['depot-7', 'depot-8'].filter((depot) => half.list?.includes(depot));
    expect([0, 2]).toContain(pair.length);
    const said = await world.crossfade.say('cohort', '-f', file);
    expect(said.out).toMatch(
      /20 units in the unit table of parcels-db, traffic of parcels-grams-1/,
    );
  });
});
