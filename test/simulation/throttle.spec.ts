import { describe, expect, it } from '@jest/globals';
import type { JobState } from '../../src/core/schema-migration/job.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

/** A world in the middle of its backfill. */
function filling(): SimulatedWorld {
  const world = new SimulatedWorld();
  world.figures['baseline'] = { advisory: true };
  const ensure = world.jobs.ensure.bind(world.jobs);
  world.jobs.ensure = (spec) => {
    world.jobs.takesMs = spec.kind === 'backfill' ? 60_000 : 0;
    ensure(spec);
  };
  world.runUntil(({ jobs }) => backfill(jobs.states) !== undefined);
  return world;
}

function backfill(jobs: readonly JobState[]): JobState | undefined {
  return jobs.find(({ kind }) => kind === 'backfill');
}

const throttles = (world: SimulatedWorld): number =>
  world.outcomes.flatMap(({ effects }) => effects).filter(({ kind }) => kind === 'throttleJob')
    .length;

describe('a backfill beside an old side that is worse than before', () => {
  it('goes slowly, says why, and is asked for it once', () => {
    const world = filling();
    world.verdicts['baseline'] = 'fail';
    for (let ticks = 0; ticks < 5; ticks += 1) world.tick();
    expect(backfill(world.jobs.states)).toMatchObject({
      status: 'running',
      throttle: 'throttled: the old side is worse than before',
    });
    expect(throttles(world)).toBe(1);
    expect(world.rollout.hold?.code).toBe('guard:baseline');
  });

  it('goes on as it can once the old side is well again', () => {
    const world = filling();
    world.verdicts['baseline'] = 'fail';
    world.tick();
    world.verdicts['baseline'] = 'pass';
    for (let ticks = 0; ticks < 5; ticks += 1) world.tick();
    expect(backfill(world.jobs.states)).not.toHaveProperty('throttle');
    expect(throttles(world)).toBe(2);
    expect(world.runUntil(({ rollout }) => rollout.phase === 'completed')).toBe(true);
  });

  it('is left alone while it is well', () => {
    const world = filling();
    world.verdicts['baseline'] = 'pass';
    for (let ticks = 0; ticks < 5; ticks += 1) world.tick();
    expect(throttles(world)).toBe(0);
  });
});
