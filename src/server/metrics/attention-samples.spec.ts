import { expect, it } from '@jest/globals';
import { rollingBack } from '../../../test/support/fleet-member.ts';
import type { FleetMember } from '../../engine/ports/fleet-reader.ts';
import { attentionSamples } from './attention-samples.ts';

const quiet = { at: 0, members: [], leftOut: 0, queues: [], refusedSets: [] };

function member(policy: string, change: Partial<FleetMember['rollout']>): FleetMember {
  return { ...rollingBack, rollout: { ...rollingBack.rollout, hold: null, policy, ...change } };
}

it('are of each rollout that somebody should look at, and how soon, as long as it stands so', () => {
  const hold = { code: 'guard:errors', reason: '', since: 0 } as const;
  const members = [
    member('frozen', { phase: 'frozen' }),
    member('held', { phase: 'running', hold }),
    member('fine', { phase: 'running' }),
    member('over', { phase: 'aborted', hold }),
  ];
  expect(attentionSamples({ ...quiet, members })).toEqual([
    [{ rollout: 'frozen', reason: 'frozen' }, 2],
    [{ rollout: 'held', reason: 'guard' }, 1],
  ]);
});

it('are of each set whose folder is refused', () => {
  expect(attentionSamples({ ...quiet, refusedSets: ['shop'] })).toEqual([
    [{ set: 'shop', reason: 'refused' }, 1],
  ]);
});
