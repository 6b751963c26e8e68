import { describe, expect, it } from '@jest/globals';
import type { Decision } from '../../src/core/rollout/decision.ts';
import { viewRollout } from '../../src/core/rollout/view-rollout.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { settledAt, unitsInShare, worldAt } from '../support/one-bad-unit.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const [one = '', two = '', three = ''] = unitsInShare(worldAt(25));

/** A rollout at 25 % that has just sent one unit back. */
function quarantined(world = worldAt(25)): { world: SimulatedWorld; decision: Decision | null } {
  world.bad = [one];
  const { decision } = world.tick();
  return { world, decision };
}

const entry = (world: SimulatedWorld) => world.rollout.quarantined?.at(-1);

describe('one bad unit', () => {
  it('goes back alone, and the step goes on for the others', () => {
    const { world, decision } = quarantined();
    expect(decision).toMatchObject({ action: 'quarantine', from: 'running', to: 'running' });
    expect(decision?.reason).toBe(
      `${one} goes back to the old side alone (1 of at most 2): errors: fail as told`,
    );
    expect(world.flag?.route).toMatchObject({ share: 25, quarantined: [one] });
    const { step } = world.rollout;
    const later = world.tick();
    expect(later.rollout.step).toEqual(step);
    expect(world.runUntil(settledAt(90))).toBe(true);
    expect(world.outcomes.filter(({ decision: d }) => d?.action === 'quarantine')).toHaveLength(1);
    expect(stageOfUnit(world.flag!.route, one)).toMatchObject({ stage: 'shadow', side: 'old' });
  });

  it('blocks contract by its name, however long that takes', () => {
    const { world } = quarantined();
    expect(world.runUntil((it) => it.rollout.hold?.code === 'units')).toBe(true);
    for (let count = 0; count < 50; count += 1) world.tick();
    expect(world.rollout.hold?.reason).toContain(one);
    expect(world.rollout.step.gatePassedAt).toBeNull();
    expect(world.jobs.has('contract')).toBe(false);
  });

  it('has arrived when every instance acknowledged it, and nobody is promoted before', () => {
    const world = worldAt(25);
    const [, frozen] = world.instances;
    if (frozen === undefined) throw new Error('no second instance');
    frozen.alive = false;
    quarantined(world);
    for (let count = 0; count < 20; count += 1) world.tick();
    expect(entry(world)).toMatchObject({ unit: one, arrivedAt: null });
    expect(world.rollout.hold).toMatchObject({ code: 'instances' });
    expect(world.flag?.route.share).toBe(25);
    frozen.alive = true;
    world.tick();
    const { now } = world;
    expect(entry(world)?.arrivedAt).toBe(now);
    expect(world.runUntil(settledAt(90))).toBe(true);
    expect(entry(world)?.arrivedAt).toBe(now);
  });

  it('is shown to people, and is on its way for a while before that is a hold', () => {
    const steps = examplePolicy.steps.map((step) =>
      step.kind === 'share' ? { ...step, bakeMs: 20_000 } : step,
    );
    const world = worldAt(25, { ...examplePolicy, steps });
    for (let count = 0; count < 20; count += 1) world.tick();
    world.bad = [one];
    world.tick(500, () => false);
    world.tick(500, () => false);
    expect(world.rollout).toMatchObject({ hold: null, quarantined: [{ unit: one }] });
    const { policy, rollout, now } = world;
    const view = viewRollout({ policy, rollout, now, observations: world.observe() });
    expect(view.quarantined).toEqual(rollout.quarantined);
  });

  it('is no harm again, and promotes nobody, until the judge knows that it is gone', () => {
    const world = worldAt(25);
    world.verdicts = { errors: 'fail' };
    world.figures = { errors: { badUnits: [one] } };
    for (let count = 0; count < 20; count += 1) world.tick();
    expect(world.outcomes.slice(-20).flatMap(({ decision }) => decision?.action ?? [])).toEqual([
      'quarantine',
      'extend',
    ]);
    expect(world.rollout).toMatchObject({ phase: 'running', hold: null });
    expect(world.flag?.route.share).toBe(25);
  });

  it('is asked for again when it was lost between the commit and the flag', () => {
    const world = worldAt(25);
    world.bad = [one];
    const decided = world.tick(500, () => false);
    for (let count = 0; count < 4; count += 1) {
      expect(world.tick(500, () => false).effects).toEqual(decided.effects);
    }
    expect(world.flag?.route.quarantined).toEqual([]);
    expect(world.rollout.step.index).toBe(decided.rollout.step.index);
    world.tick();
    expect(world.flag?.route.quarantined).toEqual([one]);
    world.tick();
    expect(entry(world)?.arrivedAt).toBe(world.now);
  });
});

describe('a bad unit that moves together with others', () => {
  const companions = [one, 'tenant-idle'];
  const together = () => worldAt(25, { ...examplePolicy, groups: [[one, two, 'tenant-idle']] });
  const sidesOf = (world: SimulatedWorld, ...units: readonly string[]) =>
    units.map((unit) => world.flag && stageOfUnit(world.flag.route, unit).side);

  it('takes them along, and they count as one of those that the policy holds back', () => {
    const world = together();
    world.bad = [two, one];
    expect(world.tick().decision?.reason).toMatch(
      `${two} (with ${companions.join(', ')}) goes back to the old side alone (1 of at most 2)`,
    );
    expect(sidesOf(world, two, ...companions)).toEqual(['old', 'old', 'old']);
    world.bad = [two, three];
    expect(world.tick().decision?.reason).toContain('(2 of at most 2)');
    expect(world.rollout.phase).toBe('running');
  });

  it('is given back with all of them, and none of them without it', () => {
    const world = together();
    world.bad = [two];
    world.runUntil((it) => entry(it)?.arrivedAt != null);
    world.bad = [];
    world.probes = { [one]: 'releasedUnits' };
    world.tick();
    expect(sidesOf(world, two, ...companions)).toEqual(['old', 'old', 'old']);
    world.probes = { [two]: 'releasedUnits' };
    expect(world.tick().decision).toMatchObject({ action: 'release' });
    expect(sidesOf(world, two, ...companions)).toEqual(['new', 'new', 'new']);
  });
});

describe("harm that is the rollout's", () => {
  const rolledBack = (world: SimulatedWorld): string => {
    const { decision } = world.tick();
    expect(decision?.action).toBe('rollback');
    expect(world.rollout.route.spec).toMatchObject({ canaryStage: 'off', quarantined: [] });
    expect(world.rollout.quarantined).toEqual([]);
    return decision?.reason ?? '';
  };

  it('is harm to more units than the policy holds back, and ends their quarantine', () => {
    const { world } = quarantined();
    world.bad = [one, two, three];
    expect(rolledBack(world)).toContain('3 units would be held back, and the policy allows 2');
    expect(world.runUntil((it) => it.rollout.phase === 'rolled_back')).toBe(true);
  });

  it('is harm in a ring', () => {
    const world = new SimulatedWorld();
    world.runUntil((it) => it.flag?.route.rings.length === 1 && it.rollout.step.settledAt !== null);
    world.bad = ['acme-staging'];
    expect(rolledBack(world)).toContain('in a ring');
  });

  it.each([
    ['says so', { onOneBadUnit: 'rollback' as const }],
    ['is of an earlier version', {}],
  ])('is any harm when the policy %s', (_, change) => {
    const { onOneBadUnit: _none, ...evidence } = examplePolicy.evidence;
    const policy = { ...examplePolicy, evidence: { ...evidence, ...change } };
    const world = worldAt(25, policy);
    world.bad = [one];
    expect(rolledBack(world)).toContain('the policy holds no unit back alone');
  });

  it('is harm that another guard sees in general', () => {
    const world = worldAt(25);
    world.bad = [one];
    world.verdicts = { reads: 'fail' };
    expect(rolledBack(world)).toContain('reads: fail as told');
  });

  it.each(['~bucket-7', '~without-unit'])('is harm to %s, which no route can name', (name) => {
    const world = worldAt(25);
    world.verdicts = { errors: 'fail' };
    world.figures = { errors: { badUnits: [name] } };
    expect(rolledBack(world)).toContain(`${name} is no unit`);
  });

  it('only holds when the guard may only hold', () => {
    const guards = examplePolicy.guards.map((guard) => ({ ...guard, onFail: 'hold' as const }));
    const world = worldAt(25, { ...examplePolicy, guards });
    world.bad = [one];
    expect(world.tick().decision).toMatchObject({ action: 'hold' });
    expect(world.flag?.route.quarantined).toEqual([]);
  });
});
