import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import { mergeOldUse, type OldUse } from './old-use.ts';
import { viewRollout } from './view-rollout.ts';

const use = (application: string, seenAt: number, role = 'app'): OldUse => ({
  application,
  role,
  seenAt,
  example: 'SELECT dob FROM users_v1_1.users',
});

describe('who was seen on the old version', () => {
  it('is remembered with the last time, the latest first', () => {
    const before = [use('web', 10), use('worker', 20)];
    const seen = [use('web', 30), use('worker', 15), use('web', 5, 'admin')];
    expect(mergeOldUse(before, seen)).toEqual([
      use('web', 30),
      use('worker', 20),
      use('web', 5, 'admin'),
    ]);
  });

  it('is forgotten from the longest ago on where names change each time', () => {
    const many = Array.from({ length: 60 }, (_, at) => use(`job ${at}`, at));
    const kept = mergeOldUse([], many);
    expect([kept.length, kept[0]?.application, kept.at(-1)?.application]).toEqual([
      50,
      'job 59',
      'job 10',
    ]);
  });
});

const viewOf = (world: SimulatedWorld) =>
  viewRollout({
    policy: world.policy,
    rollout: world.rollout,
    now: world.now,
    observations: world.observe(),
  });

function atContract(approve: 'admin' | 'none'): SimulatedWorld {
  const steps = examplePolicy.steps.map((step) =>
    step.kind === 'contract' ? { ...step, approve } : step,
  );
  const world = new SimulatedWorld({ ...examplePolicy, steps });
  expect(world.runUntil((it) => it.rollout.step.index === steps.length - 2)).toBe(true);
  return world;
}

describe('contract', () => {
  it('waits by itself for who is on the old version, and not for who has left it', () => {
    const world = atContract('none');
    world.oldUse = { since: 0, users: [use('worker', world.now)] };
    const last = examplePolicy.steps.length - 1;
    expect(world.runUntil((it) => it.rollout.hold?.code === 'oldUse')).toBe(true);
    expect(world.rollout.step.index).toBe(last);
    expect(world.rollout.hold?.reason).toBe(
      'still on the old version within the last 10 minutes: worker (role app)',
    );
    world.oldUse = { since: 0, users: [use('worker', world.now - 600_000)] };
    expect(world.runUntil((it) => it.rollout.phase === 'completed')).toBe(true);
  });

  it('names them to the person who is asked', () => {
    const world = atContract('admin');
    world.oldUse = { since: 0, users: [use('', world.now), use('worker', world.now)] };
    expect(world.runUntil((it) => viewOf(it).waitingFor?.startsWith('confirmation') === true)).toBe(
      true,
    );
    expect(viewOf(world).waitingFor).toBe(
      'confirmation: crossfade complete users-birthdate --confirm users-birthdate; ' +
        'still on the old version: an application without a name (role app), worker (role app)',
    );
    expect(viewOf(world).oldUse).toHaveLength(2);
  });
});
