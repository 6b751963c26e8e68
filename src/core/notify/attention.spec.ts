import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { createRollout } from '../rollout/create-rollout.ts';
import type { HoldCode } from '../rollout/hold-code.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { concernOf } from './attention.ts';

const begun = createRollout(examplePolicy, 'users-birthdate-1', 1, 0);

function standing(share: number, change: Partial<Rollout>): Rollout {
  const spec = { ...begun.route.spec, canaryStage: 'live' as const, share };
  return { ...begun, route: { ...begun.route, spec }, ...change };
}

const held = (code: HoldCode): Partial<Rollout> => ({
  phase: 'running',
  hold: { code, reason: 'as told', since: 0 },
});
const paused = (by: string): Partial<Rollout> => ({
  phase: 'paused',
  stop: { by, reason: 'as told', at: 0 },
});

describe('what somebody should look at', () => {
  it.each([
    ['a step whose patience ended', 25, paused('crossfade'), 'paused', 'page'],
    ['the same while few are exposed', 9, paused('crossfade'), 'paused', 'ticket'],
    ['what a person paused', 50, paused('alice'), 'paused', 'ticket'],
    ['what is frozen, however few are exposed', 0, { phase: 'frozen' }, 'frozen', 'page'],
    ['a hold that a person must end', 10, held('quarantine'), 'quarantine', 'page'],
    ['the same while few are exposed', 1, held('quarantine'), 'quarantine', 'ticket'],
    ['an approval, which wakes nobody', 50, held('approval:anew'), 'approval', 'ticket'],
    ['a hold that the machine lifts', 50, held('noData'), 'noData', 'ticket'],
    ['a hold by a guard, without its name', 50, held('guard:errors'), 'guard', 'ticket'],
    [
      'a point of no return that draws near',
      50,
      { phase: 'running', returnNear: { id: 'id', words: 'as told', passesAt: 1, since: 0 } },
      'noReturn',
      'ticket',
    ],
    [
      'a rollback that does not arrive',
      0,
      { ...held('rollback'), phase: 'rolling_back' },
      'rollback',
      'page',
    ],
  ] as const)('%s (%d %%)', (_, share, change, reason, attention) => {
    expect(concernOf(standing(share, change))).toEqual({ reason, attention });
  });

  it.each([
    ['runs', { phase: 'running' }],
    ['waits for a window', held('window')],
    ['is on its way back', { phase: 'rolling_back' }],
    ['has ended', { phase: 'rolled_back' }],
  ] as const)('is nothing that %s', (_, change) => {
    expect(concernOf(standing(50, change))).toBeNull();
  });
});
