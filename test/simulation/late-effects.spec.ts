import { describe, expect, it } from '@jest/globals';
import type { Effect } from '../../src/core/rollout/effect.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const backfill = 'users-birthdate-1/backfill';

/** A backfill under way, paused before the revocation arrived. */
function pausedInBackfill(): { world: SimulatedWorld; revocations: readonly Effect[] } {
  const world = new SimulatedWorld();
  world.runUntil((it) => it.jobs.has('expand'));
  world.jobs.takesMs = 60_000;
  world.runUntil((it) => it.jobs.states.some((job) => job.id === backfill));
  world.ask('pause');
  const { effects } = world.tick(500, () => false);
  return { world, revocations: effects.filter(({ kind }) => kind === 'revokeJob') };
}

const stateOf = (world: SimulatedWorld) => world.jobs.states.find((job) => job.id === backfill);

describe('a revocation that comes late', () => {
  it('names the job and what it was asked for by, and stops it while paused', () => {
    const { world, revocations } = pausedInBackfill();
    const upTo = stateOf(world)?.generation;
    expect(revocations).toEqual([{ kind: 'revokeJob', job: backfill, upTo }]);
    for (const effect of revocations) world.perform(effect);
    expect(stateOf(world)?.status).toBe('revoked');
  });

  it('leaves a job alone that was revoked in time and goes on since', () => {
    const { world, revocations } = pausedInBackfill();
    world.tick();
    world.ask('resume');
    world.runUntil((it) => stateOf(it)?.status === 'running');
    for (const effect of revocations) world.perform(effect);
    expect(stateOf(world)?.status).toBe('running');
  });

  it('leaves a job alone that it never reached while paused', () => {
    const { world, revocations } = pausedInBackfill();
    world.ask('resume');
    world.tick();
    world.tick();
    for (const effect of revocations) world.perform(effect);
    expect(stateOf(world)?.status).toBe('running');
    world.jobs.pass(60_000);
    expect(world.runUntil((it) => it.rollout.phase === 'completed', 2_000)).toBe(true);
  });

  it('never means the parity check that ends a rollback', () => {
    const world = new SimulatedWorld();
    world.runUntil((it) => it.rollout.exposurePeak >= 25);
    world.jobs.takesMs = 20_000;
    world.ask('rollback');
    const asked = (): Effect[] => world.outcomes.flatMap(({ effects }) => effects);
    expect(world.runUntil((it) => it.rollout.phase === 'rolled_back')).toBe(true);
    expect(asked().some(({ kind }) => kind === 'revokeJob')).toBe(false);
  });
});
