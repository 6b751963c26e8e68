import { describe, expect, it } from '@jest/globals';
import { killedRollout } from '../support/killed-rollout.ts';

/** In the order in which a rollout comes by; the number says at which passing it dies. */
const beforeContract = [
  'tick.beforeCommit:1',
  'tick.afterCommit:1',
  'effect.beforeAct:1',
  'effect.afterAct:1',
  'expand.beforeCommit:1',
  'expand.afterCommit:1',
  'backfill.beforeCommit:2',
  'backfill.afterCommit:2',
];
const inContract = ['contract.beforeCommit:1', 'contract.afterCommit:1'];

describe('a server that is killed with -9 at ten points of one rollout', () => {
  it('ends where a run without kills ends, with every row in both shapes', async () => {
    const undisturbed = await killedRollout([], []);
    const killed = await killedRollout(beforeContract, inContract);
    expect(killed.kills).toEqual([...beforeContract, ...inContract]);
    expect(undisturbed).toMatchObject({ phase: 'completed', rows: 20_000, quarantined: 0 });
    expect(undisturbed.failures).toEqual([]);
    expect({ ...killed, kills: [] }).toEqual({ ...undisturbed, kills: [] });
  }, 400_000);
});
