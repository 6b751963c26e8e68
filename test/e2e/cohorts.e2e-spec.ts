import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ApiClient } from '../../src/cli/api-client.ts';
import type { CohortView } from '../../src/core/protocol/cohort-view.ts';
import { depots } from '../support/parcels.ts';
import { fencedBlocks } from '../support/fenced-blocks.ts';
import { ParcelsWorld } from '../support/parcels-world.ts';

const limitMs = 300_000;
const name = 'parcels-grams';
const file = join(tmpdir(), `crossfade-cohorts-${process.pid}.yaml`);
const steps = `
    - shadow: { sample: 100%, bake: 1s }
    ${shownIn('docs/steps/drill.md', '- drill:')}
    - ring: { name: free, bake: 1s }
    - share: { to: 4 units, order: smallestTraffic, bake: 1s }
    ${shownIn('docs/steps/approve.md', '- approve:')}
    - share: { to: 50%, bake: 1h, require: proven }`;

/** A step as its page shows it. */
function shownIn(page: string, step: string): string {
  const [shown] = fencedBlocks(page);
  return (
    shown?.text
      .split('\n')
      .find((line) => line.includes(step))
      ?.trim() ?? ''
  );
}

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

/** Somebody with a token of this role; calling them they approve, and say what came of it. */
async function person(role: string): Promise<() => Promise<string>> {
  const { crossfade } = world;
  const made = await crossfade.say('token', 'create', `a-${role}`, '--role', role, '-o', 'json');
  const { secret } = JSON.parse(made.out) as { secret: string };
  const api = new ApiClient({ url: crossfade.url, token: secret });
  return () =>
    api.command(name, { verb: 'approve', requestId: randomUUID() }).then(
      () => 'accepted',
      (refusal: Error) => refusal.message,
    );
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
      const {
        can,
        drill,
        approval: asked,
      } = await world.until(({ hold }) => hold?.code === 'approval');
      expect(can).toContain('approve');
      expect(drill).toMatchObject({ unit: 'depot-0', passed: true });
      expect(asked).toMatchObject({ role: 'approver', missing: 2, isAsked: true, given: [] });
    },
    limitMs,
  );

  it(
    'goes on to half of them once two approvers agree, of whom none has started it',
    async () => {
      const [alice, bob, eve] = await Promise.all([
        person('approver'),
        person('approver'),
        person('operator'),
      ]);
      const { crossfade } = world;
      const refused = await crossfade.say('approve', name);
      expect(refused.out).toMatch(/whoever started the rollout is none of the 2 who approve it/);
      expect(await eve()).toMatch(/approve of parcels-grams is for approver/);
      expect(await alice()).toBe('accepted');
      expect(await alice()).toMatch(/already approved by/);
      const status = await crossfade.say('status', name);
      expect(status.out).toMatch(
        /approval +1 of 2 by approver, 1 missing; token a-approver until /,
      );
      expect(await bob()).toBe('accepted');
      expect(await served('share 50%')).toEqual((await told(7)).list);
      const decisions = await crossfade.api.decisions(name);
      const last = decisions.findLast(({ action }) => action === 'advance');
      expect(last?.reason).toMatch(
        /^to share 50%: .*; approved by token a-approver, token a-approver$/,
      );
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
