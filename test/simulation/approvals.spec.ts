import { describe, expect, it } from '@jest/globals';
import { approvalOf } from '../../src/core/policy/step.ts';
import type { Command } from '../../src/core/rollout/observations.ts';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import { viewRollout } from '../../src/core/rollout/view-rollout.ts';
import { approvedPolicy } from '../support/approved-policy.ts';
import { faultyPolicy, FaultyWorld } from '../support/faulty-world.ts';
import { type Check, counterexample } from '../support/random-walks.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

/** Nothing but approval keeps it from going on to 90 %. */
function asking(): SimulatedWorld {
  const world = new SimulatedWorld(approvedPolicy);
  world.rollout = { ...world.rollout, startedBy: 'token starter' };
  approveUntil(world, 25);
  expect(world.runUntil(({ rollout }) => rollout.hold?.code === 'approval')).toBe(true);
  return world;
}

function approveUntil(world: SimulatedWorld, share: number): void {
  world.runUntil((it) => {
    if (it.rollout.route.spec.share >= share) return true;
    if (it.rollout.hold?.code === 'approval') for (const who of ['alice', 'bob']) by(it, who);
    return false;
  });
}

function by(world: SimulatedWorld, who: string, more: Partial<Command> = {}): void {
  world.ask('approve', who, { actor: `token ${who}`, role: 'approver', ...more });
}

function answer(world: SimulatedWorld, who: string, more: Partial<Command> = {}) {
  by(world, who, more);
  return world.tick().answers[0];
}

describe('a step that asks for two approvals', () => {
  it('is left once two different persons have given them, who stand in the record', () => {
    const world = asking();
    expect(world.rollout.hold?.reason).toBe(
      '2 approvals by approver, 2 missing: crossfade approve users-birthdate',
    );
    expect(answer(world, 'alice')).toMatchObject({ accepted: true });
    expect(world.rollout.hold?.reason).toMatch(/1 missing \(given by alice\)/);
    expect(answer(world, 'bob', { reason: 'looks good' })).toMatchObject({
      reason: 'share 25% may be left (2 of 2): looks good',
    });
    expect(world.tick().decision).toMatchObject({
      action: 'advance',
      by: 'crossfade',
      reason: expect.stringMatching(/; approved by alice, bob$/),
    });
    expect(world.rollout.step.approvals).toBeUndefined();
  });

  it.each([
    ['the same person twice', 'alice', {}, /^already approved by alice/],
    ['one under another name', 'eve', { actor: 'token alice' }, /^already approved by alice/],
    ['a lower role', 'bob', { role: 'operator' }, /approved by approver, not by operator/],
    ['whoever started it', 'starter', {}, /whoever started the rollout is none of the 2/],
    ['somebody unknown', 'bob', { actor: undefined }, /must be known by a token/],
  ] as const)('refuses %s', (_who, name, more, reason) => {
    const world = asking();
    answer(world, 'alice');
    const refused = answer(world, name, more as Partial<Command>);
    expect(refused).toMatchObject({ accepted: false, reason: expect.stringMatching(reason) });
  });

  it('takes it of whoever started the rollout where one approval is enough', () => {
    const steps = approvedPolicy.steps.map((step) => {
      const approval = approvalOf(step);
      return approval === undefined ? step : { ...step, approval: { ...approval, quorum: 1 } };
    }) as typeof approvedPolicy.steps;
    const world = new SimulatedWorld({ ...approvedPolicy, steps });
    world.rollout = { ...world.rollout, startedBy: 'token starter' };
    world.runUntil(({ rollout }) => rollout.hold?.code === 'approval');
    expect(answer(world, 'starter')).toMatchObject({ accepted: true });
  });

  it('asks last: while anything else is open, nobody can approve', () => {
    const world = asking();
    world.verdicts = { errors: 'inconclusive' };
    expect(answer(world, 'alice')?.reason).toMatch(/^approval is not asked for yet: errors/);
    world.verdicts = {};
    world.runUntil(({ rollout }) => rollout.hold?.code === 'approval');
    answer(world, 'alice');
    answer(world, 'bob');
    expect(world.rollout.step.approvals).toHaveLength(2);
    world.verdicts = { errors: 'inconclusive' };
    const { index } = world.rollout.step;
    world.tick();
    world.tick();
    expect(world.rollout.step.index).toBe(index);
  });

  it('asks anew for what is good no more, and says so', () => {
    const world = asking();
    answer(world, 'alice');
    world.runUntil(({ rollout }) => rollout.hold?.code === 'approval:anew', 60);
    expect(world.rollout.hold?.reason).toMatch(/2 missing: .*; that of alice is good no more$/);
    expect(answer(world, 'bob')).toMatchObject({ accepted: true });
    expect(world.rollout.step.approvals).toMatchObject([{ by: 'bob' }]);
    expect(answer(world, 'alice')).toMatchObject({ accepted: true });
    const { index } = world.rollout.step;
    world.tick();
    expect(world.rollout.step.index).toBe(index + 1);
  });

  it('forgets what was given before a pause, and for another revision', () => {
    const world = asking();
    answer(world, 'alice');
    for (const verb of ['pause', 'resume'] as const) {
      world.ask(verb);
      world.tick();
    }
    expect(world.rollout.step.approvals).toBeUndefined();
    world.runUntil(({ rollout }) => rollout.hold?.code === 'approval');
    answer(world, 'alice');
    const { policy, rollout, now } = world;
    const changed = { ...policy, revision: 'ffffffffffff' };
    const of = (it: typeof policy) =>
      viewRollout({ policy: it, rollout, now, observations: world.observe() }).approval;
    expect(of(policy)).toMatchObject({ missing: 1, given: [{ by: 'alice' }], isAsked: true });
    expect(of(changed)).toMatchObject({ missing: 2, given: [] });
  });

  it('can be approved, and not promoted, where the server shows what can be done', () => {
    const world = asking();
    const view = () => {
      const { policy, rollout, now } = world;
      return viewRollout({ policy, rollout, now, observations: world.observe() });
    };
    expect(view().can).toContain('approve');
    expect(view().can).not.toContain('promote');
    expect(view().waitingFor).toMatch(/^2 approvals by approver/);
    world.verdicts = { errors: 'inconclusive' };
    expect(view().can).not.toContain('approve');
    expect(view().approval).toMatchObject({ isAsked: false });
  });

  it('goes back all the same when harm is found', () => {
    const world = asking();
    answer(world, 'alice');
    world.verdicts = { errors: 'fail' };
    expect(world.tick().decision).toMatchObject({ action: 'rollback' });
  });
});

describe('on every walk', () => {
  it('a step that asks is left by approval of two persons of that role, or not at all', () => {
    // Asked from the first step on, so that walks of any seed get past some.
    const approval = { role: 'operator', quorum: 2, expiresMs: 600_000 } as const;
    const steps = approvedPolicy.steps.map((step) =>
      step.kind === 'contract' ? step : { ...step, approval },
    );
    const asking = { ...approvedPolicy, steps };
    let left = 0;
    const check: Check = ({ before, outcome }) => {
      if (outcome.rollout.step.index <= before.step.index) return null;
      const asked = approvalOf(asking.steps[before.step.index]);
      if (asked === undefined) return null;
      const persons = new Set(before.step.approvals?.map(({ actor }) => actor));
      left += 1;
      return persons.size >= asked.quorum ? null : `left with ${persons.size} approvals`;
    };
    expect(counterexample(check, asking)).toBeUndefined();
    expect(left).toBeGreaterThan(5);
  });
});

describe('seeded faults', () => {
  it.each([2_000, 2_001, 2_002])(
    'seed %i: what people approve goes on by that alone, whatever crashes',
    async (seed) => {
      const world = new FaultyWorld(
        seed,
        { crash: 0.03, lostAnswer: 0.2, unreachable: 0.2 },
        { ...approvedPolicy, guards: faultyPolicy.guards },
      );
      await world.begin();
      const people = seededRandom(seed);
      for (let step = 0; step < 4_000 && !isTerminal(world.rollout.phase); step += 1) {
        if (people() < 0.05) by(world.world, people() < 0.5 ? 'alice' : 'bob');
        await world.step();
      }
      expect(world.rollout.phase).toBe('completed');
      const decisions = await world.store.decisions(world.rollout.id, 0, 10_000);
      const advances = decisions.filter(({ action }) => action === 'advance');
      const asked = ['to share 25%', 'to share 90%', 'to share 100%', 'to soak'];
      for (const words of asked) {
        const advance = advances.find(({ reason }) => reason.startsWith(`${words}: `));
        expect(advance?.reason).toMatch(/; approved by (alice, bob|bob, alice)$/);
      }
    },
  );
});
