import { beforeAll, describe, expect, it } from '@jest/globals';
import { always, drawKills } from '../support/kill-schedule.ts';
import { type EndState, killedRollout } from '../support/killed-rollout.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { testSeed } from '../support/test-seed.ts';

const limitMs = 400_000;
const schedule = drawKills(10, seededRandom(testSeed));
const points = [...schedule.before, ...schedule.inContract];

describe('the points at which it dies', () => {
  it.each(Object.entries(always))('are %s among others, whatever the seed', (_, wanted) => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { before, inContract } = drawKills(10, seededRandom(seed));
      expect([...before, ...inContract]).toHaveLength(10);
      expect([...before, ...inContract].some((point) => wanted.test(point))).toBe(true);
    }
  });
});

describe(`a server that is killed with -9 (seed ${testSeed}: ${points.join(', ')})`, () => {
  let undisturbed: EndState;
  let killed: EndState;

  beforeAll(async () => {
    [undisturbed, killed] = await Promise.all([
      killedRollout({ before: [], inContract: [] }),
      killedRollout(schedule),
    ]);
  }, limitMs);

  it('dies at each of the points, and leaves no row torn', () => {
    expect(killed.kills).toEqual(points);
    expect(killed.wounds).toEqual([]);
  });

  it('ends where a run without kills ends: rows, both shapes, jobs', () => {
    expect(undisturbed).toMatchObject({ phase: 'completed', rows: 20_000, quarantined: 0 });
    expect(undisturbed.failures).toEqual([]);
    expect({ ...killed, kills: [] }).toEqual(undisturbed);
  });
});
