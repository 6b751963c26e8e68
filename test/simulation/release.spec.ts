import { describe, expect, it } from '@jest/globals';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { settledAt, unitsInShare, worldAt } from '../support/one-bad-unit.ts';
import type { SimulatedWorld } from '../support/simulated-world.ts';

const [one = ''] = unitsInShare(worldAt(25));

/** A rollout that has sent one unit back; that has arrived, and the unit is well there. */
function quarantined(world = worldAt(25)): SimulatedWorld {
  world.bad = [one];
  world.tick();
  world.runUntil((it) => lastOf(it)?.arrivedAt !== null);
  world.bad = [];
  return world;
}

const lastOf = (world: SimulatedWorld) => world.rollout.quarantined?.at(-1);
const stageOf = (world: SimulatedWorld, unit: string) =>
  world.flag === null ? null : stageOfUnit(world.flag.route, unit).stage;
const actionsOf = (world: SimulatedWorld) =>
  world.outcomes.flatMap(({ decision }) => decision?.action ?? []);

describe('the flip-back probe', () => {
  it('confirms a unit that fails no more on the old side, for good', () => {
    const world = quarantined();
    world.probes = { [one]: 'confirmedUnits' };
    expect(world.tick().decision).toBeNull();
    expect(lastOf(world)).toMatchObject({ unit: one, probe: 'confirmed' });
    world.probes = { [one]: 'releasedUnits' };
    world.runUntil(settledAt(90));
    expect(lastOf(world)).toMatchObject({ probe: 'confirmed' });
  });

  it('gives back a unit that fails on the old side as well, and bakes anew', () => {
    const world = quarantined();
    const { step } = world.rollout;
    world.probes = { [one]: 'releasedUnits' };
    const { decision, rollout } = world.tick();
    expect(decision).toMatchObject({ action: 'release', from: 'running', to: 'running' });
    expect(decision?.reason).toContain(`${one} goes back to the new side`);
    expect(rollout.step).toMatchObject({
      index: step.index,
      settledAt: null,
      enteredAt: world.now,
    });
    expect(rollout.quarantined).toMatchObject([{ unit: one, probe: 'released' }]);
    expect(stageOf(world, one)).toBe('live');
    const { now } = world;
    world.runUntil(settledAt(90));
    expect(world.now - now).toBeGreaterThan(3_000);
    expect(world.runUntil((it) => it.rollout.phase === 'completed')).toBe(true);
  });

  it('gives nobody back twice: the next time that is for a person to say', () => {
    const world = quarantined();
    world.probes = { [one]: 'releasedUnits' };
    world.tick();
    quarantined(world);
    expect(world.rollout.quarantined).toMatchObject([{ probe: 'released' }, { probe: 'watched' }]);
    expect(world.runUntil((it) => it.rollout.hold?.code === 'units')).toBe(true);
    expect(actionsOf(world).filter((action) => action === 'release')).toHaveLength(1);
  });

  it.each([
    ['a guard sees harm', (world: SimulatedWorld) => (world.verdicts = { reads: 'providerError' })],
    ['evidence is old', (world: SimulatedWorld) => (world.evidenceFlows = false)],
    [
      'what the probe says is old',
      (world: SimulatedWorld) =>
        (world.figures = { errors: { newestAt: world.now, verdict: 'pass' } }),
    ],
    ['the rollout is paused', (world: SimulatedWorld) => world.ask('pause')],
    ['the way back has not arrived', (world: SimulatedWorld) => loseAnInstance(world)],
  ])('gives nobody back while %s', (_, happens) => {
    const world = quarantined();
    happens(world);
    for (let count = 0; count < 8; count += 1) world.tick();
    world.probes = { [one]: 'releasedUnits' };
    for (let count = 0; count < 8; count += 1) world.tick();
    expect(actionsOf(world)).not.toContain('release');
    expect(stageOf(world, one)).toBe('shadow');
  });
});

function loseAnInstance({ instances: [, second] }: SimulatedWorld): void {
  if (second !== undefined) second.alive = false;
}

describe('a release while everybody else is on the new side', () => {
  it('puts the unit in live and soaks once more', () => {
    const world = quarantined();
    world.runUntil((it) => it.flag?.route.baseStage === 'rampdown');
    expect(stageOf(world, one)).toBe('shadow');
    world.tick();
    world.probes = { [one]: 'releasedUnits' };
    world.runUntil((it) => actionsOf(it).includes('release'));
    expect(world.policy.steps[world.rollout.step.index]?.kind).toBe('soak');
    expect(world.rollout.step.settledAt).toBeNull();
    expect(stageOf(world, one)).toBe('live');
    expect(stageOf(world, 'anybody')).toBe('rampdown');
    const { now } = world;
    expect(world.runUntil((it) => it.rollout.phase === 'completed')).toBe(true);
    expect(world.now - now).toBeGreaterThan(5_000);
    expect(stageOf(world, one)).toBe('complete');
  });

  it('takes the rollout from contract back to what bakes, and asks again to be confirmed', () => {
    const steps = examplePolicy.steps.map((step) =>
      step.kind === 'contract' ? { ...step, approve: 'admin' as const } : step,
    );
    const world = quarantined(worldAt(25, { ...examplePolicy, steps }));
    const isContract = (it: SimulatedWorld): boolean =>
      it.policy.steps[it.rollout.step.index]?.kind === 'contract';
    world.runUntil(isContract);
    world.ask('complete');
    world.runUntil((it) => it.rollout.hold?.code === 'units');
    world.probes = { [one]: 'releasedUnits' };
    expect(world.tick().decision).toMatchObject({ action: 'release', step: 'soak' });
    expect(world.rollout).toMatchObject({ confirmedBy: null, hold: null });
    expect(world.runUntil(isContract)).toBe(true);
    for (let count = 0; count < 20; count += 1) world.tick();
    expect(world.rollout.step.gatePassedAt).toBeNull();
    world.ask('complete');
    expect(world.runUntil((it) => it.rollout.phase === 'completed')).toBe(true);
  });
});
