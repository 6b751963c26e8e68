import { describe, expect, it } from '@jest/globals';
import { viewRollout } from '../../core/rollout/view-rollout.ts';
import type { BorderView } from '../../core/protocol/rollout-view.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import { borderRows } from './border-rows.ts';

const day = 86_400_000;

function rows(border: Partial<BorderView>) {
  const world = new SimulatedWorld();
  const { policy, rollout, now } = world;
  const view = viewRollout({ policy, rollout, now, observations: world.observe() });
  const plain = { place: 'meters.reading', value: 190, bound: 200, passesAt: null, near: false };
  return borderRows({ ...view, now: 0, borders: [{ ...plain, ...border }] });
}

describe('the row of a point of no return by value', () => {
  it.each([
    [{ passesAt: 12 * day, near: true }, 'is at 190 of 200, past it in 12d at this pace: NEAR'],
    [{ passesAt: 90 * day }, 'is at 190 of 200, past it in 90d at this pace'],
    [{}, 'is at 190 of 200, and comes no nearer'],
    [{ value: null }, 'is at no value yet of 200'],
    [{ unseen: 'too slow' }, 'is at 190 of 200; not seen: too slow'],
  ])('says how near it is (%j)', (border, words) => {
    expect(rows(border)).toEqual([['border', `meters.reading ${words}`]]);
  });
});
