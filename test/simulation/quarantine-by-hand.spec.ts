import { describe, expect, it } from '@jest/globals';
import { unitsInShare, worldAt } from '../support/one-bad-unit.ts';
import type { SimulatedWorld } from '../support/simulated-world.ts';

const [one = '', two = ''] = unitsInShare(worldAt(25));

function pausedAt25(): SimulatedWorld {
  const world = worldAt(25);
  world.ask('pause');
  world.tick();
  return world;
}

describe('one bad unit while a person has stopped the rollout', () => {
  it('goes back alone all the same: a pause may step down', () => {
    const world = pausedAt25();
    world.bad = [one];
    expect(world.tick().decision).toMatchObject({ action: 'quarantine', to: 'paused' });
    expect(world.flag?.route.quarantined).toEqual([one]);
    world.bad = [one, two];
    expect(world.tick().decision).toMatchObject({ action: 'quarantine', to: 'paused' });
    world.tick();
    expect(world.rollout.quarantined).toMatchObject([{ unit: one }, { unit: two }]);
    expect(world.rollout.quarantined?.at(-1)?.arrivedAt).not.toBeNull();
  });

  it('is asked for again when it was lost', () => {
    const world = pausedAt25();
    world.bad = [one];
    world.tick(500, () => false);
    expect(world.flag?.route.quarantined).toEqual([]);
    world.tick();
    expect(world.flag?.route.quarantined).toEqual([one]);
  });

  it('stays where it is when the rollout is paused and resumed', () => {
    const world = worldAt(25);
    world.bad = [one];
    world.tick();
    world.ask('pause');
    world.tick();
    expect(world.flag?.route.quarantined).toEqual([one]);
    world.ask('resume');
    world.tick();
    world.tick();
    expect(world.flag?.route).toMatchObject({ share: 25, quarantined: [one] });
    expect(world.rollout.phase).toBe('running');
  });

  it('never has the machine write over what a person made of the flag', () => {
    const world = pausedAt25();
    world.expose(80);
    world.bad = [one];
    const { decision } = world.tick();
    expect(decision).toMatchObject({ action: 'rollback' });
    expect(decision?.reason).toContain('the flag does not show the route');
  });

  it('never has the next step shown while paused', () => {
    const world = worldAt(25);
    for (let count = 0; world.rollout.route.spec.share === 25; count += 1) {
      expect(count).toBeLessThan(100);
      world.tick(500, () => false);
    }
    world.ask('pause');
    world.tick(500, () => false);
    world.bad = [one];
    expect(world.tick().decision).toMatchObject({ action: 'rollback' });
    expect(world.flag?.route).toMatchObject({ canaryStage: 'off' });
  });

  it('goes back without taking back what a person has just allowed', () => {
    const world = worldAt(25);
    world.toggle(false);
    world.tick();
    world.ask('resume');
    world.tick(500, () => false);
    world.bad = [one];
    expect(world.tick().decision).toMatchObject({ action: 'quarantine' });
    expect(world.flag?.route).toMatchObject({ enabled: true, quarantined: [one] });
  });
});
