import { describe, expect, it } from '@jest/globals';
import { concernOf } from '../../src/core/notify/attention.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const words = '2 rows hold a value in orders.id for which id <= 2147483647 is not true';

/** A rollout at 25 % in which the new side has written what the old one cannot hold. */
function past(): SimulatedWorld {
  const world = new SimulatedWorld();
  world.runUntil((it) => it.rollout.exposurePeak >= 25);
  world.noReturn = words;
  world.tick();
  return world;
}

/** A person has looked, and goes on without a way back. */
function answered(): SimulatedWorld {
  const world = past();
  for (const phase of ['paused', 'running']) {
    world.ask('resume');
    world.tick();
    expect(world.rollout.phase).toBe(phase);
  }
  return world;
}

const day = 86_400_000;

describe('a point of no return by value that draws near', () => {
  it('moves and holds nothing, wants a person, and is told once', () => {
    const told = { ...examplePolicy, notify: { page: ['oncall'], info: ['channel'] } };
    const world = new SimulatedWorld(told);
    world.runUntil((it) => it.rollout.exposurePeak >= 25);
    const [samples, lookedAt] = [[{ at: world.now, value: 900 }], world.now];
    const [place, bound, warnBeforeMs] = ['orders.id', 1000, 30 * day];
    const track = { id: 'a1', place, bound, warnBeforeMs, samples, lookedAt };
    world.borders = [{ ...track, passesAt: world.now + 31 * day }];
    world.tick();
    expect(world.rollout.returnNear).toBeUndefined();

    world.borders = [{ ...track, passesAt: world.now + 12 * day }];
    expect(world.runUntil(({ rollout }) => rollout.exposurePeak >= 100)).toBe(true);
    expect(world.rollout).toMatchObject({
      phase: 'running',
      returnNear: { id: 'a1', words: 'orders.id is at 900 of 1000' },
    });
    expect(concernOf({ ...world.rollout, hold: null })?.reason).toBe('noReturn');
    const notices = world.notices.filter(({ notice }) => notice.action === 'noReturn');
    expect(new Set(notices.map(({ notice, recipient }) => `${recipient} ${notice.id}`))).toEqual(
      new Set(['channel users-birthdate-1_a1_near']),
    );
    expect(notices[0]?.notice).toMatchObject({
      urgency: 'ticket',
      reason: 'orders.id is at 900 of 1000; at this pace a rollback loses data in 12.0 days',
    });

    world.borders = [];
    world.tick();
    expect(world.rollout.returnNear).toBeUndefined();
  });
});

describe('a point of no return by value', () => {
  it('freezes the rollout as soon as it is passed: nothing moves any more', () => {
    const world = past();
    expect(world.rollout.phase).toBe('frozen');
    expect(world.rollout.stop?.reason).toBe(
      `past the point of no return: ${words}; a rollback would lose data`,
    );
    const { route } = world.flag ?? {};
    world.verdicts = { errors: 'fail' };
    for (let count = 0; count < 20; count += 1) world.tick();
    expect(world.rollout.phase).toBe('frozen');
    expect(world.flag?.route).toEqual(route);
  });

  it('freezes a rollout that a person has paused as well', () => {
    const world = new SimulatedWorld();
    world.runUntil((it) => it.rollout.exposurePeak >= 25);
    world.ask('pause');
    world.tick();
    world.noReturn = words;
    expect(world.tick().decision).toMatchObject({ action: 'freeze', from: 'paused' });
  });

  it('is passed for good by a person, who may go on to the end', () => {
    const world = answered();
    world.runUntil(({ rollout }) => rollout.exposurePeak >= 100);
    expect(world.rollout).toMatchObject({ phase: 'running', exposurePeak: 100 });
  });

  it('lets nobody be brought back, whoever asks', () => {
    const world = answered();
    world.ask('rollback');
    expect(world.tick().answers).toMatchObject([
      { accepted: false, reason: `${words}: a rollback would lose data` },
    ]);
    world.runUntil(({ rollout }) => rollout.step.settledAt !== null);
    world.verdicts = { errors: 'fail' };
    world.tick();
    expect(world.rollout.phase).toBe('frozen');
    expect(world.rollout.stop?.reason).toMatch(/errors.*a rollback would lose data/);
  });

  it('is there again when the rows are mended: back is open, and the next one freezes anew', () => {
    const world = answered();
    world.noReturn = null;
    world.tick();
    expect(world.rollout.noReturnAnsweredAt).toBeUndefined();
    world.noReturn = words;
    expect(world.tick().decision).toMatchObject({ action: 'freeze' });
    world.noReturn = null;
    world.ask('resume');
    world.tick();
    world.ask('rollback');
    expect(world.tick().answers).toMatchObject([{ accepted: true }]);
    expect(world.rollout.phase).toBe('rolling_back');
  });

  it('does not forget a decision because the target cannot be observed', () => {
    const world = answered();
    world.noReturn = null;
    world.targetError = 'connection refused';
    world.tick();
    world.targetError = null;
    world.noReturn = words;
    world.tick();
    expect(world.rollout.phase).toBe('running');
  });

  it('does not stop a rollback under way, whose end names what was kept', () => {
    const world = new SimulatedWorld();
    world.runUntil((it) => it.rollout.exposurePeak >= 25);
    world.ask('rollback');
    world.tick();
    world.noReturn = words;
    world.runUntil(({ rollout }) => rollout.phase === 'rolled_back');
    expect(world.rollout.phase).toBe('rolled_back');
    expect(world.outcomes.at(-1)?.decision?.reason).toContain(`kept for a retry: ${words}`);
  });
});
