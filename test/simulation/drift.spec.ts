import { describe, expect, it } from '@jest/globals';
import { decide } from '../../src/core/rollout/decide.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const drift = 'drift: others have changed the tables of users-birthdate';

/** A world in which others change the tables from some moment on, until `mended`. */
function drifting(until: (world: SimulatedWorld) => boolean): SimulatedWorld & { mended: boolean } {
  const world = Object.assign(new SimulatedWorld(), { mended: false });
  world.runUntil(until);
  const observe = world.observe.bind(world);
  world.observe = () => ({ ...observe(), ...(world.mended ? {} : { drift }) });
  return world;
}

const exposed = ({ rollout }: SimulatedWorld) => exposureOf(rollout.route.spec) >= 25;

describe('a rollout whose tables others have changed', () => {
  it('holds, moves nobody on, and goes on by itself once that is mended', () => {
    const world = drifting(exposed);
    const before = world.rollout.step.index;
    for (let count = 0; count < 60; count += 1) world.tick();
    expect(world.rollout).toMatchObject({
      phase: 'running',
      hold: { code: 'drift', reason: drift },
    });
    expect(world.rollout.step.index).toBe(before);
    world.mended = true;
    expect(world.runUntil(({ rollout }) => rollout.phase === 'completed')).toBe(true);
  });

  it('goes back on harm and on a person’s word all the same', () => {
    const harmed = drifting(exposed);
    harmed.verdicts = { errors: 'fail' };
    expect(harmed.runUntil(({ rollout }) => rollout.phase === 'rolled_back')).toBe(true);
    const asked = drifting(exposed);
    asked.ask('rollback');
    expect(asked.runUntil(({ rollout }) => rollout.phase === 'rolled_back')).toBe(true);
  });

  it('says so once, however the words change', () => {
    const world = drifting(exposed);
    for (let count = 0; count < 20; count += 1) world.tick();
    const again = decide({
      policy: world.policy,
      rollout: world.rollout,
      now: world.now,
      observations: { ...world.observe(), drift: `${drift}, and more` },
    });
    expect(again.decision).toBeNull();
  });
});
