import { describe, expect, it } from '@jest/globals';
import { SimulatedWorld } from '../support/simulated-world.ts';

/** A rollout at 25 % that bob has stopped by switching the flag off. */
function stoppedByBob(): SimulatedWorld {
  const world = new SimulatedWorld();
  world.runUntil((it) => it.rollout.exposurePeak >= 25);
  world.toggle(false);
  world.tick();
  return world;
}

describe('a resume after a person changed the flag', () => {
  it('reverts what the person who resumes could see', () => {
    const world = stoppedByBob();
    world.expose(80);
    world.ask('resume');
    expect(world.tick().answers).toMatchObject([{ accepted: true }]);
    expect(world.flag?.route).toMatchObject({ enabled: true, share: 25 });
    world.tick();
    expect(world.rollout.phase).toBe('running');
  });

  it('is refused when somebody changed it once more before it was carried out', () => {
    const world = stoppedByBob();
    world.ask('resume');
    world.expose(80, 'carol');
    const { answers } = world.tick();
    expect(answers).toMatchObject([{ accepted: false }]);
    expect(answers[0]?.reason).toBe('carol changed the flag after that; look at it, then resume');
    expect(world.rollout.phase).toBe('paused');
    expect(world.flag?.route.share).toBe(80);
    world.ask('resume');
    expect(world.tick().answers).toMatchObject([{ accepted: true }]);
    expect(world.flag?.route.share).toBe(25);
  });

  it('does not keep a rollback from arriving that has sent everybody back already', () => {
    const world = stoppedByBob();
    world.ask('rollback');
    world.tick();
    world.toggle(false);
    world.toggle(true);
    world.runUntil(({ rollout }) => rollout.endedAt !== null, 20);
    expect(world.rollout.phase).toBe('rolled_back');
  });

  it('stops again when somebody changes it before the route arrived', () => {
    const world = stoppedByBob();
    world.ask('resume');
    const { effects } = world.tick(500, () => false);
    world.expose(80, 'carol');
    for (const effect of effects) world.perform(effect);
    expect(world.flag?.route.share).toBe(80);
    expect(world.tick().decision).toMatchObject({ action: 'pause', by: 'carol' });
    for (let count = 0; count < 20; count += 1) world.tick();
    expect(world.flag).toMatchObject({ changedBy: 'carol', route: { share: 80 } });
  });
});
