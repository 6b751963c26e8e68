import { describe, expect, it } from '@jest/globals';
import type { Command, Verb } from '../../src/core/rollout/observations.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const minute = 60_000;

/** A rollout at 25 %, settled, with two of the three seconds of its bake to go. */
function baking(): SimulatedWorld {
  const world = new SimulatedWorld();
  world.runUntil(({ rollout }) => exposureOf(rollout.route.spec) === 25);
  world.runUntil(({ rollout }) => rollout.step.settledAt !== null);
  return world;
}

/** A rollout past the point of no return whose last look has not come to an end. */
function pastTheGate(): SimulatedWorld {
  const world = new SimulatedWorld();
  world.runUntil(({ rollout }) => rollout.step.gatePassedAt !== null);
  return world;
}

/** What the next tick answers. */
function answerTo(world: SimulatedWorld, verb: Verb, more: Partial<Command> = {}) {
  world.ask(verb, 'alice', more);
  return world.tick().answers[0];
}

const stepOf = ({ rollout, policy }: SimulatedWorld) => policy.steps[rollout.step.index];

describe('promote', () => {
  it('goes on before the bake is over, by the name of who asked', () => {
    const world = baking();
    expect(answerTo(world, 'promote', { reason: 'seen enough' })).toMatchObject({ accepted: true });
    expect(stepOf(world)).toMatchObject({ kind: 'share', percent: 90 });
    expect(world.outcomes.at(-1)?.decision).toMatchObject({ action: 'advance', by: 'alice' });
    expect(world.outcomes.at(-1)?.decision?.reason).toContain('seen enough');
  });

  it.each(['inconclusive', 'noData', 'providerError', 'fail'] as const)(
    'never goes past evidence that is %s',
    (verdict) => {
      const world = baking();
      world.verdicts = { reads: verdict };
      expect(answerTo(world, 'promote')).toMatchObject({
        accepted: false,
        reason: expect.stringContaining('what the step needs cannot'),
      });
      expect(stepOf(world)).toMatchObject({ percent: 25 });
    },
  );

  it('cuts a soak short, and never a job, contract, or what is not everywhere yet', () => {
    const world = new SimulatedWorld();
    world.tick(500, () => false);
    expect(answerTo(world, 'promote')).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('expand has not begun'),
    });
    world.runUntil(({ rollout }) => exposureOf(rollout.route.spec) === 25);
    for (const instance of world.instances) instance.alive = false;
    expect(answerTo(world, 'promote')).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('not acknowledged'),
    });
    for (const instance of world.instances) instance.alive = true;
    world.runUntil((it) => stepOf(it)?.kind === 'soak');
    expect(answerTo(world, 'promote')).toMatchObject({ accepted: true });
    expect(stepOf(world)?.kind).toBe('contract');
    expect(answerTo(world, 'promote')).toMatchObject({
      accepted: false,
      reason: 'contract has no bake to cut short; complete confirms it',
    });
  });

  it('waits for a window as the machine does', () => {
    const world = baking();
    const blackouts = [{ from: '1970-01-01', to: '1970-01-02', timezone: 'UTC' }];
    Object.assign(world, { policy: { ...world.policy, blackouts } });
    expect(answerTo(world, 'promote')).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('blackout from 1970-01-01'),
    });
  });
});

describe('abort', () => {
  it('sends everybody back and ends as aborted, with its shape put away at once', () => {
    const world = baking();
    expect(answerTo(world, 'abort', { reason: 'given up' })).toMatchObject({ accepted: true });
    world.runUntil(({ rollout }) => rollout.endedAt !== null);
    expect(world.rollout).toMatchObject({ phase: 'aborted', rollback: { cause: 'given up' } });
    expect(world.rollout.rollback?.verifiedAt).not.toBeNull();
    world.runUntil(({ jobs }) => jobs.states.some(({ kind }) => kind === 'retire'), 2);
    expect(world.jobs.states.map(({ kind }) => kind)).toContain('retire');
    expect(world.routeRow).toMatchObject({ kill: true });
  });

  it('turns a rollback under way into one that nobody will retry, once', () => {
    const world = baking();
    world.ask('rollback');
    world.tick();
    expect(answerTo(world, 'abort')).toMatchObject({ accepted: true });
    expect(answerTo(world, 'abort')).toMatchObject({
      accepted: false,
      reason: 'an abort is already under way',
    });
    world.runUntil(({ rollout }) => rollout.endedAt !== null);
    expect(world.rollout.phase).toBe('aborted');
  });

  it('is refused past the point of no return, as a rollback is', () => {
    for (const verb of ['abort', 'rollback'] as const) {
      expect(answerTo(pastTheGate(), verb)).toMatchObject({
        accepted: false,
        reason: "contract's gate has passed, so a rollback would lose data",
      });
    }
  });
});

describe('freeze', () => {
  it('lets nothing move, not even back, until a person lifts it', () => {
    const world = baking();
    expect(answerTo(world, 'freeze', { reason: 'look at it' })).toMatchObject({ accepted: true });
    world.verdicts = { errors: 'fail' };
    const { version } = world.rollout.route;
    world.runUntil(() => false, 40);
    expect(world.rollout).toMatchObject({ phase: 'frozen', route: { version } });
    expect(answerTo(world, 'unfreeze')).toMatchObject({ accepted: true });
    expect(world.rollout.phase).toBe('paused');
    world.tick();
    expect(world.rollout.phase).toBe('rolling_back');
  });

  it('keeps nobody from asking for a rollback', () => {
    const world = baking();
    answerTo(world, 'freeze');
    expect(answerTo(world, 'rollback')).toMatchObject({ accepted: true });
    expect(world.rollout.phase).toBe('rolling_back');
    expect(answerTo(world, 'freeze')).toMatchObject({
      accepted: false,
      reason: 'a rollback is under way; it is not stopped halfway',
    });
  });

  it('is lifted of what is frozen alone', () => {
    expect(answerTo(baking(), 'unfreeze')).toMatchObject({
      accepted: false,
      reason: 'only a frozen rollout can be unfrozen; this one is running',
    });
  });
});

describe('override', () => {
  const ofReads = { guard: 'reads', forMs: minute, reason: 'compares a column that nobody reads' };

  it('sets one guard aside: it neither moves back nor stands in the way', () => {
    const world = baking();
    expect(answerTo(world, 'override', ofReads)).toMatchObject({ accepted: true });
    world.verdicts = { reads: 'fail' };
    world.runUntil((it) => exposureOf(it.rollout.route.spec) === 90);
    expect(exposureOf(world.rollout.route.spec)).toBe(90);
  });

  it('ends by itself, and then the guard counts again', () => {
    const world = baking();
    answerTo(world, 'override', { ...ofReads, forMs: 5_000 });
    world.verdicts = { reads: 'fail' };
    world.runUntil(({ rollout }) => rollout.phase === 'rolling_back', 30);
    expect(world.rollout.phase).toBe('rolling_back');
    expect(world.rollout.rollback?.requestedAt).toBeGreaterThanOrEqual(
      world.rollout.overrides?.[0]?.until ?? Number.POSITIVE_INFINITY,
    );
  });

  it('is no proof: what contract stands on is shown all the same', () => {
    const world = baking();
    answerTo(world, 'override', { ...ofReads, forMs: 30 * minute });
    world.verdicts = { reads: 'inconclusive' };
    world.runUntil((it) => exposureOf(it.rollout.route.spec) === 100, 100);
    expect(exposureOf(world.rollout.route.spec)).toBe(90);
    world.verdicts = {};
    world.runUntil((it) => exposureOf(it.rollout.route.spec) === 100, 20);
    expect(exposureOf(world.rollout.route.spec)).toBe(100);
  });

  it('leaves the other guards alone', () => {
    const world = baking();
    answerTo(world, 'override', ofReads);
    world.verdicts = { errors: 'fail' };
    world.tick();
    expect(world.rollout.phase).toBe('rolling_back');
  });

  it.each([
    [{ ...ofReads, guard: 'speed' }, 'no guard speed; there are errors, reads'],
    [{ ...ofReads, reason: null }, 'an override needs an end and a reason'],
    [{ guard: 'reads', reason: 'x' }, 'an override needs an end and a reason'],
  ])('is refused with the reason: %j', (more, reason) => {
    const answer = answerTo(baking(), 'override', more);
    expect(answer).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
  });
});

describe('several commands at once', () => {
  it('are obeyed safety first, then as they came', () => {
    const world = baking();
    for (const verb of ['promote', 'resume', 'freeze', 'abort'] as const) world.ask(verb);
    world.runUntil(({ commands }) => commands.length === 0);
    const answers = world.outcomes.flatMap((outcome) => outcome.answers);
    expect(answers.map(({ command }) => command)).toEqual([4, 3, 1, 2].map((n) => `command-${n}`));
    expect(answers.map(({ accepted }) => accepted)).toEqual([true, false, false, false]);
  });

  it('are all refused once it has ended', () => {
    const world = new SimulatedWorld({ ...examplePolicy, keepForRetryMs: 0 });
    world.ask('abort');
    world.tick();
    expect(world.rollout.phase).toBe('aborted');
    for (const verb of ['promote', 'freeze', 'override', 'rollback', 'abort'] as const) {
      expect(answerTo(world, verb)?.reason).toBe('the rollout has ended: aborted');
    }
  });
});
