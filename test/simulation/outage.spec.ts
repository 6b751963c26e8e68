import { describe, expect, it } from '@jest/globals';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { stepName } from '../../src/core/policy/step.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const minute = 60_000;
const units = Array.from({ length: 200 }, (_, n) => `tenant-${n}`);

function at(step: string): SimulatedWorld {
  const world = new SimulatedWorld();
  const reached = world.runUntil(
    ({ rollout, policy }) =>
      rollout.step.settledAt !== null &&
      stepName(policy.steps[rollout.step.index] ?? { kind: 'expand' }) === step,
  );
  expect(reached).toBe(true);
  return world;
}

const sidesIn = ({ flag }: SimulatedWorld): readonly string[] =>
  units.map((unit) => (flag === null ? 'none' : stageOfUnit(flag.route, unit).side));

describe('Crossfade was down for ten minutes', () => {
  it.each(['share 25%', 'share 90%', 'soak'])('in %s: its return moves nobody back', (step) => {
    const world = at(step);
    const before = sidesIn(world);
    // Nobody decides, and what instances had to say was lost.
    world.evidenceFlows = false;
    world.pass(10 * minute);
    const { decision, rollout } = world.tick();
    expect(decision?.action).not.toBe('rollback');
    expect(rollout.phase).toBe('running');
    const moved = sidesIn(world).filter((side, n) => side === 'old' && before[n] === 'new');
    expect(moved).toEqual([]);
  });

  it('in a share: it holds for want of evidence, and goes on when there is some', () => {
    const world = at('share 25%');
    const before = sidesIn(world);
    world.evidenceFlows = false;
    world.pass(10 * minute);
    for (let ticks = 0; ticks < 10; ticks += 1) world.tick();
    expect(world.rollout.hold?.code).toBe('noData');
    expect(sidesIn(world)).toEqual(before);
    world.evidenceFlows = true;
    expect(world.runUntil(({ rollout }) => rollout.phase === 'completed')).toBe(true);
  });
});
