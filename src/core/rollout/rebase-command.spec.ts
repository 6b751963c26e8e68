import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { Guard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import type { Step } from '../policy/step.ts';
import { stepName } from '../policy/step.ts';
import { standingApprovals } from './approval-gate.ts';
import type { Command } from './observations.ts';
import { viewRollout } from './view-rollout.ts';

const share90 = examplePolicy.steps.findIndex((step) => stepName(step) === 'share 90%');

function changed(change: Partial<Policy>): Policy {
  return { ...examplePolicy, revision: 'fedcba987654', ...change };
}

function withStep(index: number, change: object): Policy {
  const step = { ...examplePolicy.steps[index], ...change } as Step;
  return changed({ steps: examplePolicy.steps.with(index, step) });
}

const longer = withStep(share90, { bakeMs: 20_000 });
const [errors, reads] = examplePolicy.guards as [Guard, Guard];

/** At the step that puts 25 % on the new side. */
function exposed(policy = examplePolicy): SimulatedWorld {
  const world = new SimulatedWorld(policy);
  world.runUntil(
    ({ rollout }) => rollout.step.index === share90 - 1 && rollout.step.settledAt !== null,
  );
  expect(world.rollout).toMatchObject({ phase: 'running', step: { index: share90 - 1 } });
  return world;
}

function rebase(world: SimulatedWorld, onto: Policy, more: Partial<Command> = {}) {
  world.ask('rebase', 'alice', { onto, from: world.policy.revision, role: 'operator', ...more });
  return world.tick();
}

describe('a rebase', () => {
  it('changes the revision and nothing else, and is recorded with what differs', () => {
    const world = exposed();
    const { rollout: before, flag } = world;
    const { decision, answers, rollout } = rebase(world, longer);
    expect(answers).toMatchObject([{ accepted: true }]);
    expect(decision).toMatchObject({
      action: 'rebase',
      by: 'alice',
      from: 'running',
      to: 'running',
      reason:
        'rebase asked for: from revision 0123456789ab onto fedcba987654; share 90%: bake 20s instead of 3s',
    });
    const rebased = { from: examplePolicy.revision, by: 'alice', at: world.now };
    expect(rollout).toEqual({ ...before, policyRevision: 'fedcba987654', rebased });
    expect(world.flag).toEqual(flag);
    expect(world.policy).toBe(longer);
  });

  it('is gone by from the next tick on', () => {
    const world = exposed();
    rebase(world, longer);
    world.runUntil(
      ({ rollout }) => rollout.step.index === share90 && rollout.step.settledAt !== null,
    );
    const since = world.now;
    world.runUntil(({ rollout }) => rollout.step.index > share90);
    expect(world.now - since).toBeGreaterThanOrEqual(19_000);
    const { policy, rollout, now } = world;
    const view = viewRollout({ policy, rollout, now, observations: world.observe() });
    expect(view).toMatchObject({ policyRevision: 'fedcba987654', rebased: { by: 'alice' } });
  });

  it('never promotes by itself, and leaves what is paused paused', () => {
    const world = exposed();
    world.ask('pause');
    world.tick();
    rebase(world, withStep(share90 - 1, { bakeMs: 1 }), { confirm: true });
    expect(world.rollout).toMatchObject({ phase: 'paused', step: { index: share90 - 1 } });
    for (let count = 0; count < 10; count += 1) world.tick();
    expect(world.rollout).toMatchObject({ phase: 'paused', step: { index: share90 - 1 } });
  });

  it('is possible before the first step, also of what would come first', () => {
    const world = new SimulatedWorld();
    const { answers } = rebase(world, changed({ steps: examplePolicy.steps.toSpliced(3, 1) }), {
      confirm: true,
    });
    expect(answers).toMatchObject([{ accepted: true }]);
    expect(world.rollout.phase).toBe('pending');
  });

  it('makes approvals of the revision before it void', () => {
    const approval = { role: 'operator', quorum: 2, expiresMs: 600_000 } as const;
    const asking = withStep(share90 - 1, { approval });
    const world = exposed(asking);
    world.runUntil(({ rollout }) => rollout.hold?.code === 'approval');
    world.ask('approve', 'bob', { actor: 'bob', role: 'operator' });
    world.tick();
    expect(standingApprovals(world)).toMatchObject([{ by: 'bob' }]);
    rebase(world, { ...asking, revision: 'aaaaaaaaaaaa', keepForRetryMs: 1 });
    expect(world.rollout.policyRevision).toBe('aaaaaaaaaaaa');
    expect(standingApprovals(world)).toEqual([]);
  });
});

describe('a rebase is refused', () => {
  const refusals: readonly [string, Policy, Partial<Command>, RegExp][] = [
    [
      'for what was fixed at the start',
      changed({ target: 'other' }),
      {},
      /fixed when an attempt starts/,
    ],
    ['for a step that is done', withStep(3, { bakeMs: 1 }), {}, /`shadow` is done/],
    [
      'for less without a word of it',
      withStep(share90, { bakeMs: 1 }),
      {},
      /is to be confirmed: share 90%/,
    ],
    ['where it runs by that revision', examplePolicy, {}, /runs by revision 0123456789ab already/],
    ['where it was moved since', longer, { from: 'older' }, /by now, not by older; look again/],
    ['for another policy', changed({ name: 'other' }), {}, /is a revision of other/],
    [
      'for a step that can never be met',
      withStep(share90, { percent: 99 }),
      { confirm: true },
      /can never be met/,
    ],
  ];

  it.each(refusals)('%s', (_, onto, more, words) => {
    const world = exposed();
    const before = world.rollout;
    const { answers, rollout } = rebase(world, onto, more);
    expect(answers).toMatchObject([{ accepted: false, reason: expect.stringMatching(words) }]);
    expect(rollout).toEqual({ ...before });
  });

  it('without a revision, and where nothing can be changed any more', () => {
    const world = exposed();
    world.ask('rebase');
    expect(world.tick().answers[0]?.reason).toContain('no revision is named');
    world.ask('rollback');
    world.tick();
    expect(rebase(world, longer).answers[0]?.reason).toContain(
      'rolling back stays on its revision',
    );
  });

  it('to whoever could not have opened the gate that it takes away', () => {
    const approval = { role: 'approver', quorum: 1, expiresMs: 1_000 } as const;
    const asking = { ...withStep(share90, { approval }), revision: 'bbbbbbbbbbbb' };
    const world = exposed(asking);
    const ask = (more: Partial<Command>) =>
      rebase(world, changed({}), { confirm: true, ...more }).answers[0];
    expect(ask({})?.reason).toMatch(/one who could open it, approver: share 90%/);
    expect(ask({ role: 'admin' })).toMatchObject({ accepted: true });
  });

  it('while a guard that it changes is about to roll back', () => {
    const world = exposed();
    world.verdicts = { errors: 'fail' };
    const { answers, decision } = rebase(world, changed({ guards: [reads] }), { confirm: true });
    expect(answers[0]?.reason).toContain('errors fails and is to roll back');
    expect(decision).toMatchObject({ action: 'rollback' });
  });

  it('once contract is confirmed', () => {
    const contract = examplePolicy.steps.length - 1;
    const asking = withStep(contract, { approve: 'admin' });
    const world = new SimulatedWorld(asking);
    world.runUntil(({ rollout }) => rollout.step.index === contract, 2_000);
    world.ask('complete');
    world.tick();
    const onto = { ...asking, revision: 'cccccccccccc', keepForRetryMs: 1 };
    expect(rebase(world, onto).answers[0]?.reason).toContain('nothing is still to come');
  });
});

describe('guards that a rebase changes', () => {
  it('let the step bake anew where they compare, and leave it where they do not', () => {
    const locks: Guard = {
      name: 'locks',
      threshold: 'lock_wait',
      maxMs: 1,
      failAfter: { failures: 1, of: 1 },
    };
    const world = exposed();
    rebase(world, changed({ guards: [errors, reads, locks] }));
    expect(world.rollout.step).not.toHaveProperty('judgedAnewAt');
    const stricter: Guard = { ...errors, tolerate: { ratio: 1, add: 0 } } as Guard;
    rebase(world, { ...changed({ guards: [stricter, reads, locks] }), revision: 'dddddddddddd' });
    const since = world.now;
    expect(world.rollout.step).toMatchObject({ judgedAnewAt: since, extended: false });
    world.runUntil(({ rollout }) => rollout.step.index === share90);
    expect(world.now - since).toBeGreaterThanOrEqual(3_000);
  });

  it('are no longer set aside, nor answered', () => {
    const world = exposed();
    world.ask('override', 'bob', { guard: 'errors', forMs: 60_000, reason: 'wrong' });
    world.tick();
    world.ask('override', 'bob', { guard: 'reads', forMs: 60_000, reason: 'wrong' });
    world.tick();
    const stricter = { ...errors, tolerate: { ratio: 1, add: 0 } } as Guard;
    rebase(world, changed({ guards: [stricter, reads] }));
    expect(world.rollout.overrides?.map(({ guard }) => guard)).toEqual(['reads']);
  });
});
