import { beforeAll, describe, expect, it } from '@jest/globals';
import { always, drawKills } from '../support/kill-schedule.ts';
import { killedRollback, type RollbackEnd } from '../support/killed-rollback.ts';
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

describe('a server that is killed with -9 inside a rollback', () => {
  const aroundSetRoute = ['setRoute.beforeAct:1', 'setRoute.afterAct:1'];
  const beforeRevoke = ['revokeJob.beforeAct:1'];
  let fromShare: RollbackEnd;
  let fromBackfill: RollbackEnd;

  beforeAll(async () => {
    [fromShare, fromBackfill] = await Promise.all([
      killedRollback({ from: 'share', points: aroundSetRoute }),
      killedRollback({ from: 'backfill', points: beforeRevoke }),
    ]);
  }, limitMs);

  it('brings everybody back from the new side, and loses nothing of what it took', () => {
    expect(fromShare).toMatchObject({
      phase: 'rolled_back',
      kills: aroundSetRoute,
      wounds: [],
      failures: [],
      lost: [],
      target: 'kill, expand done, backfill done, verify done, verify done',
    });
    expect(fromShare.newWrites.before).toBeGreaterThanOrEqual(20);
    expect(fromShare.newWrites.after).toBe(0);
  });

  it('goes by the newer revision of its policy once, though nobody had looked when it died', () => {
    expect(fromShare.rebase).toEqual({
      atDeath: { accepted: null, decisions: 0, moved: false },
      atLast: { accepted: true, decisions: 1, moved: true },
    });
  });

  it('stops the backfill that was still running when it died, before it says that it is back', () => {
    expect(fromBackfill).toMatchObject({
      phase: 'rolled_back',
      kills: beforeRevoke,
      wounds: [],
      failures: [],
      lost: [],
      deaths: ['kill, expand done, backfill running'],
      target: 'kill, expand done, backfill revoked',
    });
  });
});
