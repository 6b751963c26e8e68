import { describe, expect, it } from '@jest/globals';
import { type Standing, standingOf } from '../../src/core/conflict/obstacle.ts';
import type { OnConflict } from '../../src/core/policy/policy.ts';
import { viewRollout } from '../../src/core/rollout/view-rollout.ts';
import { whatLifts } from '../../src/core/rollout/what-lifts.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const first = policyNamed('first');

/** Where the rollout before it is: at a step, or in a phase without one. */
function at(step: string, phase: Standing['phase'] = 'running'): Standing {
  const other = new SimulatedWorld(first);
  const index = first.steps.findIndex(({ kind }) => kind === step);
  const rollout = { ...other.rollout, phase, step: { ...other.rollout.step, index } };
  return standingOf({ rollout, policy: first }, other.now);
}

/** A rollout that waits for the one of `first`. */
function waitingWorld(
  onConflict: OnConflict = 'queue',
  shared: 'tables' | 'units' = 'tables',
): SimulatedWorld {
  const world = new SimulatedWorld({ ...examplePolicy, onConflict });
  const what =
    shared === 'tables'
      ? ({ kind: 'tables', tables: ['users'] } as const)
      : ({ kind: 'units', service: 'users-api', units: ['acme-staging'] } as const);
  const behind = [{ rollout: 'first-1', policy: 'first', shared: [what] }];
  world.rollout = { ...world.rollout, queued: { since: world.now, behind } };
  world.ahead = [at('shadow')];
  return world;
}

const shown = (world: SimulatedWorld) => {
  const { policy, rollout, now } = world;
  return viewRollout({ policy, rollout, now, observations: world.observe() });
};

describe('a rollout in the queue', () => {
  it('waits as pending with a reason that names the other, and does nothing', () => {
    const world = waitingWorld();
    const outcomes = [world.tick(), world.tick(), world.tick()];
    expect(outcomes.map(({ decision }) => decision?.action)).toEqual([
      'hold',
      undefined,
      undefined,
    ]);
    expect(outcomes.every(({ effects }) => effects.length === 0)).toBe(true);
    const reason =
      'the rollout of first (at shadow, 20 s at the least to its end) changes users as well';
    expect(world.rollout).toMatchObject({ phase: 'pending', hold: { code: 'queued', reason } });
    expect(whatLifts(world.rollout)).toBe('the end of those before it; then it begins by itself');
    const { ahead, can } = shown(world);
    expect(ahead).toMatchObject([
      { rollout: 'first-1', step: 'shadow', shares: 'changes users as well' },
    ]);
    expect(can).toEqual(expect.arrayContaining(['abort']));
    expect(can).not.toContain('resume');
  });

  it('begins by itself when the other has ended, however it ended', () => {
    for (const phase of ['completed', 'rolled_back', 'aborted'] as const) {
      const world = waitingWorld();
      world.tick();
      world.ahead = [at('shadow', phase)];
      expect(world.tick().decision).toMatchObject({ action: 'start', to: 'running' });
      expect(world.rollout.hold).toBeNull();
      expect(world.runUntil(({ rollout }) => rollout.phase === 'completed')).toBe(true);
    }
  });

  it('goes on waiting while the other rolls back, is paused, or is not to be seen', () => {
    const world = waitingWorld();
    for (const phase of ['rolling_back', 'paused', 'frozen', 'pending'] as const) {
      world.ahead = [at('shadow', phase)];
      world.tick();
      expect(world.rollout.phase).toBe('pending');
    }
    world.ahead = null;
    world.tick();
    expect(world.rollout.phase).toBe('pending');
  });

  it('shares units for as long as the other has a baseline beside its canary', () => {
    const world = waitingWorld('queue', 'units');
    world.tick();
    expect(world.rollout.phase).toBe('pending');
    world.ahead = [at('soak')];
    world.tick();
    expect(world.rollout.phase).toBe('running');
    const tables = waitingWorld();
    tables.ahead = [at('soak')];
    tables.tick();
    expect(tables.rollout.phase).toBe('pending');
  });

  it('waits for a person where the policy wants a success before it, and there was none', () => {
    const world = waitingWorld('queueForSuccess');
    world.tick();
    world.ask('resume');
    expect(world.tick().answers).toMatchObject([{ accepted: false }]);
    world.ahead = [at('shadow', 'rolled_back')];
    world.tick();
    expect(world.rollout).toMatchObject({
      phase: 'pending',
      hold: { code: 'queuedBehindFailure' },
    });
    expect(whatLifts(world.rollout)).toContain('crossfade resume users-birthdate');
    expect(shown(world).can).toContain('resume');
    world.ask('resume');
    expect(world.tick()).toMatchObject({ decision: { action: 'resume', by: 'alice' } });
    expect(world.tick().decision).toMatchObject({ action: 'start' });
    const glad = waitingWorld('queueForSuccess');
    glad.ahead = [at('contract', 'completed')];
    expect(glad.tick().decision).toMatchObject({ action: 'start' });
  });

  it('is taken out by an abort, which has nothing to roll back', () => {
    const world = waitingWorld();
    world.tick();
    world.ask('abort');
    world.tick();
    expect(world.rollout).toMatchObject({ phase: 'aborted', rollback: null });
  });
});
