import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { ThresholdGuard } from '../policy/guard.ts';

const locks: ThresholdGuard = {
  name: 'locks',
  threshold: 'lock_wait',
  maxMs: 500,
  failAfter: { failures: 3, of: 5 },
};

/** A rollout that contract's gate has let pass, and that harm then froze. */
function frozen(guard: string, figures: SimulatedWorld['figures'][string] = {}): SimulatedWorld {
  const world = new SimulatedWorld({ ...examplePolicy, guards: [...examplePolicy.guards, locks] });
  world.jobs.takesMs = 500;
  world.runUntil((it) => it.jobs.has('backfill'));
  world.runUntil((it) => it.rollout.step.gatePassedAt !== null);
  world.jobs.takesMs = 3_600_000;
  fail(world, guard, figures);
  world.tick();
  expect(world.rollout.phase).toBe('frozen');
  return world;
}

function fail(
  world: SimulatedWorld,
  guard: string,
  figures: SimulatedWorld['figures'][string],
): void {
  world.verdicts = { [guard]: 'fail' };
  world.figures = { [guard]: figures };
}

function goOn(world: SimulatedWorld): void {
  for (const phase of ['paused', 'running']) {
    world.ask('resume');
    expect(world.tick().answers).toMatchObject([{ accepted: true }]);
    expect(world.rollout.phase).toBe(phase);
  }
}

function ticks(world: SimulatedWorld, count: number): SimulatedWorld {
  for (let tick = 0; tick < count; tick += 1) world.tick();
  return world;
}

describe("harm after contract's gate that a person has answered", () => {
  it('does not freeze the rollout again, and contract goes on to its end', () => {
    const world = frozen('errors', { logHarm: 6 });
    goOn(world);
    expect(ticks(world, 100).rollout.phase).toBe('running');
    world.jobs.pass(3_600_000);
    expect(world.runUntil((it) => it.rollout.phase === 'completed')).toBe(true);
  });

  it('is named in the record of the command', () => {
    const world = frozen('errors', { logHarm: 6 });
    world.ask('resume');
    const { decision } = world.tick();
    expect(decision).toMatchObject({ action: 'unfreeze', by: 'alice' });
    expect(decision?.reason).toContain('only fresh evidence counts: errors');
  });

  it('freezes once the evidence has grown by as much as it takes to fail', () => {
    const world = frozen('errors', { logHarm: 6 });
    goOn(world);
    fail(world, 'errors', { logHarm: 6 + Math.log(100) - 0.01 });
    expect(ticks(world, 5).rollout.phase).toBe('running');
    fail(world, 'errors', { logHarm: 6 + Math.log(100) });
    expect(ticks(world, 1).rollout.phase).toBe('frozen');
  });

  it('freezes at one more mismatch where none is tolerated', () => {
    const world = frozen('reads', { canary: 2 });
    world.ask('resume');
    world.tick();
    expect(ticks(world, 5).rollout.phase).toBe('paused');
    fail(world, 'reads', { canary: 3 });
    expect(ticks(world, 1).rollout.phase).toBe('frozen');
  });

  it('counts mismatches from zero when the stay in the step is a new one', () => {
    const world = frozen('reads', { canary: 2 });
    goOn(world);
    fail(world, 'reads', { canary: 0 });
    expect(ticks(world, 5).rollout.phase).toBe('running');
    fail(world, 'reads', { canary: 1 });
    expect(ticks(world, 1).rollout.phase).toBe('frozen');
  });

  it('freezes when a target stays ill for all the windows after the answer', () => {
    const world = frozen('locks');
    goOn(world);
    expect(ticks(world, 28).rollout.phase).toBe('running');
    expect(ticks(world, 2).rollout.phase).toBe('frozen');
  });

  it('freezes at once when the guard had passed meanwhile, and for another guard', () => {
    const world = frozen('locks');
    goOn(world);
    world.verdicts = {};
    ticks(world, 1);
    fail(world, 'locks', {});
    expect(ticks(world, 1).rollout.phase).toBe('frozen');
    goOn(world);
    fail(world, 'errors', {});
    expect(ticks(world, 1).rollout.phase).toBe('frozen');
  });
});
