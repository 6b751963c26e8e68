import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { Drill } from '../../src/core/rollout/rollout.ts';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { viewRollout } from '../../src/core/rollout/view-rollout.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { FaultyWorld, faultyPolicy } from '../support/faulty-world.ts';
import { type Check, counterexample, freshForMs } from '../support/random-walks.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const unit = 'acme-staging';

function drilled(policy: Policy = examplePolicy, maxAgeMs?: number): Policy {
  const drill = { unit, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) };
  const steps = policy.steps.map((step) => (step.kind === 'shadow' ? { ...step, drill } : step));
  return { ...policy, steps };
}

const shadowIndex = examplePolicy.steps.findIndex(({ kind }) => kind === 'shadow');
const sideOf = ({ flag }: SimulatedWorld) => flag && stageOfUnit(flag.route, unit).side;
const isAway = (world: SimulatedWorld) => sideOf(world) === 'new';
const isBack = ({ rollout }: SimulatedWorld) => rollout.drill?.backAt != null;

/** At shadow, with its route everywhere, and whatever `policy` requires. */
function atShadow(policy: Policy = examplePolicy): SimulatedWorld {
  const world = new SimulatedWorld(policy);
  const settled = world.runUntil(
    ({ rollout }) => rollout.step.index === shadowIndex && rollout.step.settledAt !== null,
  );
  expect(settled).toBe(true);
  return world;
}

function asked(world: SimulatedWorld, more: { unit?: string } = { unit }) {
  world.ask('drill', 'alice', more);
  return world.tick().answers[0];
}

describe('a fire drill that a person asks for', () => {
  it('moves the unit to the new side and back, and measures both ways', () => {
    const world = atShadow();
    expect(asked(world)).toMatchObject({ accepted: true });
    expect(world.runUntil(isAway, 3)).toBe(true);
    expect(world.runUntil(isBack, 10)).toBe(true);
    expect(sideOf(world)).toBe('old');
    const { policy, rollout, now } = world;
    const { drill } = viewRollout({ policy, rollout, now, observations: world.observe() });
    expect(drill).toMatchObject({ unit, by: 'alice', passed: true, thereMs: 500, backMs: 500 });
    const reasons = world.outcomes.flatMap(({ decision }) =>
      decision?.action === 'drill' ? [decision.reason] : [],
    );
    expect(reasons).toEqual([
      `fire drill: ${unit} goes to the new side: asked for`,
      `fire drill: ${unit} there in 0.5 s; it goes back`,
      `fire drill passed; ${unit} there in 0.5 s, back in 0.5 s`,
    ]);
    expect(world.runUntil(({ rollout: it }) => it.phase === 'completed')).toBe(true);
  });

  it('is refused elsewhere, of units that stay, and while nothing may move', () => {
    expect(asked(new SimulatedWorld())?.reason).toMatch(/held at shadow.*this is/);
    expect(asked(atShadow(), {})?.reason).toMatch(/name it by --unit$/);
    expect(asked(atShadow(), { unit: 'bigbank' })?.reason).toMatch(/bigbank is kept/);
    const world = atShadow();
    world.verdicts = { errors: 'noData' };
    expect(asked(world)?.reason).toBe('a guard objects, or sees nothing');
    world.verdicts = {};
    world.historySeconds = 0;
    expect(asked(world)?.reason).toMatch(/^history of the units/);
    world.historySeconds = 60;
    expect(asked(world)).toMatchObject({ accepted: true });
    expect(asked(world)?.reason).toBe('a drill is under way');
  });

  it('goes back and has failed where the unit does not arrive', () => {
    const world = atShadow();
    asked(world);
    const [first] = world.instances;
    if (first !== undefined) first.alive = false;
    expect(world.runUntil(({ rollout }) => rollout.drill?.returnedAt != null, 80)).toBe(true);
    expect(sideOf(world)).toBe('old');
    if (first !== undefined) first.alive = true;
    expect(world.runUntil(isBack)).toBe(true);
    expect(world.rollout.drill?.failed).toMatch(/not on the new side after 30 s: .*api-1/);
  });

  it('is cut short by a pause, and the unit comes back all the same', () => {
    const world = atShadow();
    asked(world);
    world.ask('pause');
    world.tick();
    expect(world.rollout.phase).toBe('paused');
    expect(world.runUntil(isBack, 10)).toBe(true);
    expect(sideOf(world)).toBe('old');
    expect(world.rollout).toMatchObject({
      phase: 'paused',
      drill: { failed: 'it was cut short by a pause' },
    });
  });

  it('leaves a flag alone that a person has changed meanwhile', () => {
    const world = atShadow();
    asked(world);
    world.toggle(false);
    world.runUntil(() => false, 10);
    expect(world.rollout.phase).toBe('paused');
    expect(world.flag).toMatchObject({ version: null, changedBy: 'bob' });
    expect(sideOf(world)).toBe('old');
  });

  it('goes down with everybody when harm is found', () => {
    const world = atShadow();
    asked(world);
    world.alerts = [];
    world.ask('rollback');
    expect(world.runUntil(({ rollout }) => isTerminal(rollout.phase))).toBe(true);
    expect(sideOf(world)).toBe('old');
    const { policy, rollout, now } = world;
    const { drill } = viewRollout({ policy, rollout, now, observations: world.observe() });
    expect(drill).toMatchObject({ passed: false, failed: 'it was cut short by a rollback' });
  });
});

describe('a drill that the policy requires', () => {
  it('is held by itself before anybody else is exposed', () => {
    const world = atShadow(drilled());
    expect(world.runUntil(({ rollout }) => rollout.step.index > shadowIndex)).toBe(true);
    expect(world.rollout.drill).toMatchObject({
      unit,
      by: 'crossfade',
      backAt: expect.any(Number),
    });
    expect(world.rollout.route.spec.rings.map(({ name }) => name)).toEqual(['internal']);
  });

  it('keeps the step once it has failed, until a person repeats it', () => {
    const world = atShadow(drilled());
    const [first] = world.instances;
    world.runUntil(isAway);
    if (first !== undefined) first.alive = false;
    world.runUntil(({ rollout }) => rollout.drill?.returnedAt != null, 80);
    if (first !== undefined) first.alive = true;
    expect(world.runUntil(({ rollout }) => rollout.hold?.code === 'drill')).toBe(true);
    expect(world.rollout.hold?.reason).toMatch(/crossfade drill users-birthdate repeats it$/);
    expect(asked(world, {})).toMatchObject({ accepted: true });
    expect(world.runUntil(({ rollout }) => rollout.step.index > shadowIndex)).toBe(true);
  });

  it.each([
    ['young enough', 5_000, 60_000, 0],
    ['too old', 70_000, 60_000, 3],
    ['of another attempt, where each is to have its own', 5_000, undefined, 3],
  ])('takes one that is %s for what it is', (_what, ageMs, maxAgeMs, decisions) => {
    const world = new SimulatedWorld(drilled(examplePolicy, maxAgeMs));
    const at = world.now - ageMs;
    const drill: Drill = { unit, by: 'a', startedAt: at, thereAt: at, returnedAt: at, backAt: at };
    world.rollout = { ...world.rollout, drill };
    world.runUntil(({ rollout }) => rollout.step.index > shadowIndex);
    const held = world.outcomes.filter(({ decision }) => decision?.action === 'drill');
    expect(held).toHaveLength(decisions);
  });
});

describe('on every walk', () => {
  it('nobody is on the new side at shadow but for a drill, which begins on fresh evidence (I1)', () => {
    let begun = 0;
    const check: Check = ({ before, outcome, world }) => {
      const { rollout, decision } = outcome;
      const isMoved = rollout.route.spec.rings.some(({ name }) => name === 'fire drill');
      const wasMoved = before.route.spec.rings.some(({ name }) => name === 'fire drill');
      if (isMoved && rollout.step.index !== shadowIndex && rollout.phase === 'running') {
        return 'the drill outlived its step';
      }
      if (!isMoved || wasMoved) return null;
      begun += 1;
      if (decision?.action !== 'drill') return 'a drill without a decision';
      const stale = decision.measurements.find(
        ({ verdict, newestAt }) =>
          verdict === 'fail' || verdict === 'noData' || world.now - (newestAt ?? 0) > freshForMs,
      );
      return stale === undefined ? null : `a drill although ${stale.guard} is ${stale.verdict}`;
    };
    expect(counterexample(check, drilled())).toBeUndefined();
    expect(begun).toBeGreaterThan(0);
  });
});

describe('seeded faults', () => {
  it.each([3_000, 3_001, 3_002])(
    'seed %i: the drill comes to an end, and nothing is lost',
    async (seed) => {
      const faults = { crash: 0.03, lostAnswer: 0.2, unreachable: 0.2 };
      const world = new FaultyWorld(seed, faults, drilled(faultyPolicy));
      await world.begin();
      for (let step = 0; step < 4_000 && !isTerminal(world.rollout.phase); step += 1) {
        await world.step();
        if (world.rollout.hold?.code === 'drill') world.world.ask('drill');
      }
      expect(world.rollout).toMatchObject({
        phase: 'completed',
        drill: { by: expect.any(String) },
      });
      expect(world.lostWrites).toBe(0);
    },
  );
});
