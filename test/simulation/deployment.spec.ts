import { describe, expect, it } from '@jest/globals';
import { settledAt, worldAt } from '../support/one-bad-unit.ts';
import type { SimulatedInstance, SimulatedWorld } from '../support/simulated-world.ts';

const completed = ({ rollout }: SimulatedWorld): boolean => rollout.phase === 'completed';

/** A pod that has just started and has not heard of any route. */
function pod(world: SimulatedWorld, name: string): SimulatedInstance {
  return { name, route: null, alive: true, lastSeenAt: world.now, latched: false };
}

function tick(world: SimulatedWorld, times: number): void {
  for (let count = 0; count < times; count += 1) world.tick();
}

/** Nobody was moved, in either direction. */
function expectUnmoved({ flag, rollout }: SimulatedWorld): void {
  expect(rollout.phase).toBe('running');
  expect(flag?.route).toMatchObject({ share: 25, canaryStage: 'live' });
}

describe('a deployment of the application in the middle of a step', () => {
  it('replaces pod by pod, and the step goes on', () => {
    const world = worldAt(25);
    const entered = world.rollout.step.enteredAt;
    for (const name of ['next-1', 'next-2']) {
      world.instances.push(pod(world, name));
      world.instances.shift();
      tick(world, 1);
      expectUnmoved(world);
      expect(world.rollout.hold).toBeNull();
    }
    expect(world.rollout.step.enteredAt).toBe(entered);
    expect(world.runUntil(completed)).toBe(true);
    expect(world.outcomes.every(({ decision }) => decision?.action !== 'rollback')).toBe(true);
  });

  it('waits for a pod that starts and has not fetched the route', () => {
    const world = worldAt(25);
    const starting = { ...pod(world, 'next-1'), alive: false };
    world.instances.push(starting);
    tick(world, 30);
    expectUnmoved(world);
    expect(world.rollout.hold).toMatchObject({
      code: 'instances',
      reason: expect.stringContaining('next-1'),
    });
    starting.alive = true;
    expect(world.runUntil(settledAt(90))).toBe(true);
  });

  it.each([
    ['half of it', 1, 'instances', 'users-api 1/2 run revision'],
    ['all of it', 2, 'noData', 'errors'],
  ])(
    'that goes back to an image without the migration, %s, holds until the new one is back',
    (_, count, code, words) => {
      const world = worldAt(25);
      const pods = world.instances.splice(0, count);
      world.stranger = true;
      tick(world, 60);
      expectUnmoved(world);
      expect(world.rollout.hold).toMatchObject({ code, reason: expect.stringContaining(words) });
      world.stranger = false;
      world.instances.push(...pods);
      expect(world.runUntil(completed)).toBe(true);
    },
  );

  it('may be rolled back by a person while too few pods know the migration', () => {
    const world = worldAt(25);
    world.instances.pop();
    world.stranger = true;
    world.ask('rollback');
    expect(world.runUntil(({ rollout }) => rollout.phase === 'rolled_back')).toBe(true);
  });
});
