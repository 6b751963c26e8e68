import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { replay } from '../../src/core/rollout/replay.ts';
import { createCrossfade } from '../../src/sdk/index.ts';
import { routeRowBy } from '../../src/sdk/pg.ts';
import { FirstRollout } from '../support/first-rollout.ts';

const limitMs = 300_000;
const name = 'parcels-grams';

let world: FirstRollout;

beforeAll(async () => {
  world = await FirstRollout.open();
  await world.through(/^while /);
  world.service.resume();
}, limitMs);

afterAll(async () => {
  await world?.close();
}, limitMs);

describe('docs/first-rollout.md: a service of thirty lines with the packed SDK, against npm start', () => {
  it('has thirty lines', async () => {
    const source = await readFile('test/fixtures/thirty-line-service.mjs', 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  it(
    'goes through a rollback: what it wrote in the new shape stands in the old one',
    async () => {
      const { service } = world;
      await world.through(/ status .* --watch$/);
      await world.until(({ exposure }) => exposure.peak >= 50);
      await world.until(() => service.writes.v2 >= 20);
      expect(await world.through(/ -X PUT /)).toContain('{"v":2}');
      await world.through(/ rollback /);
      const { phase } = await world.until(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('rolled_back');
      expect(await world.through(/ why /)).toContain('rollback');
      expect(JSON.parse(await world.through(/^SELECT weight /))).toEqual(
        Array.from({ length: 20 }, () => ({ weight: '77' })),
      );
      const { status, out } = await world.watched();
      expect(out).toMatch(/RUNNING +share \d+%[^]*ROLLED BACK/);
      expect(status).toBe(3);
      const before = service.writes.v2;
      await service.answered(50);
      await service.rest();
      expect(service.writes.v2).toBe(before);
      expect(before).toBeGreaterThanOrEqual(20);
      expect(service.failures).toEqual([]);
      expect(await world.lostIn('v1.parcels', 'weight')).toEqual([]);
      expect(await world.lostIn('v2.parcels', 'grams')).toEqual([]);
    },
    limitMs,
  );

  it(
    'goes through a rollout: the new shape alone remains, after a person confirmed it',
    async () => {
      const { crossfade, service } = world;
      service.resume();
      await world.through(/ start /);
      await world.until(({ steps, stepIndex }) => steps[stepIndex]?.kind === 'contract');
      expect(await world.through(/ status /)).toContain(`complete ${name} --confirm ${name}`);
      await world.through(/ complete /);
      expect(world.left).toEqual([]);
      const { phase } = await world.until(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('completed');
      await service.rest();
      expect(service.failures).toEqual([]);
      expect(await world.lostIn('v2.parcels', 'grams')).toEqual([]);
      await expect(world.lostIn('v1.parcels', 'weight')).rejects.toThrow('is gone');
      // What is done is done: the same policy started again changes nothing.
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      expect(await crossfade.client.rollout(name)).toMatchObject({
        phase: 'completed',
        attempt: 2,
      });
    },
    limitMs,
  );

  it('reads the new side from its first request on, started anew where no Crossfade answers', async () => {
    const pool = new pg.Pool({ connectionString: world.targetUrl });
    const cold = createCrossfade({
      url: 'http://127.0.0.1:9',
      token: 'unheard',
      service: 'parcels-api',
      routeRow: routeRowBy(pool),
      onWarning: () => {},
    });
    const migration = cold.migration<string>(name);
    const sides = { pure: true, old: () => 'old', new: () => 'new' };
    const served = await Promise.all(
      Array.from({ length: 20 }, (_, depot) =>
        cold.withUnit(`depot-${depot}`, () => migration.read(sides)),
      ),
    );
    expect(new Set(served)).toEqual(new Set(['new']));
    await cold.close();
    await pool.end();
  });

  it('explains itself: every decision, judged again, comes out the same to the last bit', async () => {
    const { api } = world.crossfade;
    const attempts = await Promise.all(
      [1, 2].map((attempt) => api.decisions(`${name}-${attempt}`)),
    );
    const records = await Promise.all(attempts.flat().map(({ seq }) => api.record(seq)));
    expect(records.map(({ decision }) => decision.action)).toEqual(
      expect.arrayContaining(['start', 'advance', 'rollback', 'complete']),
    );
    expect(records.flatMap((record) => replay(record).differences)).toEqual([]);
    const last = records.at(-1)?.seq ?? 0;
    const said = await world.crossfade.say('replay', String(last));
    expect(said.out).toContain(`decision ${last} of ${name}-2`);
    expect(said.out).toMatch(/\d+ ticks since the decision before judged again: the same/);
    expect(said.status).toBe(0);
  });

  it('keeps whole rollouts: each of them, decided again from its first tick, ends as it did', async () => {
    const endings = { [`${name}-1`]: 'rolled_back', [`${name}-2`]: 'completed' };
    for (const [attempt, phase] of Object.entries(endings)) {
      const { status, out } = await world.crossfade.say('replay', attempt);
      expect(out).toMatch(new RegExp(`^history of ${attempt}, .*: the same to the last bit`));
      expect(out).toMatch(new RegExp(`^phase +${phase}$`, 'm'));
      expect(out).not.toContain('begins');
      expect(status).toBe(0);
    }
  });
});
