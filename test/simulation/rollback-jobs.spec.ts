import { describe, expect, it } from '@jest/globals';
import { SimulatedWorld } from '../support/simulated-world.ts';

describe('a rollback out of a backfill', () => {
  /** A rollback that everybody has acknowledged, while the job's revocation has not arrived. */
  function unheard(): SimulatedWorld {
    const world = new SimulatedWorld();
    world.jobs.takesMs = 60_000;
    world.jobs.ensure = ensureAndFinishExpand(world);
    world.runUntil(({ jobs }) => jobs.states.some(({ kind }) => kind === 'backfill'));
    world.ask('rollback');
    for (let ticks = 0; ticks < 40; ticks += 1) {
      world.tick(500, ({ kind }) => kind !== 'revokeJob');
    }
    return world;
  }

  it('has not ended while the job goes on, and says what it waits for', () => {
    const world = unheard();
    expect(world.rollout.phase).toBe('rolling_back');
    expect(world.rollout.rollback?.convergedAt).not.toBeNull();
    expect(world.rollout.rollback?.drainedAt).toBeNull();
    expect(world.rollout.hold?.reason).toBe('rollback: backfill has not stopped on the target');
  });

  it('ends once the job has stopped', () => {
    const world = unheard();
    expect(world.runUntil(({ rollout }) => rollout.phase === 'rolled_back', 20)).toBe(true);
    expect(world.jobs.states.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'expand done',
      'backfill revoked',
    ]);
  });
});

/** Only the backfill takes its time. */
function ensureAndFinishExpand({ jobs }: SimulatedWorld): SimulatedWorld['jobs']['ensure'] {
  const ensure = jobs.ensure.bind(jobs);
  return (spec) => {
    ensure(spec);
    if (spec.kind === 'expand') jobs.pass(60_000);
  };
}
