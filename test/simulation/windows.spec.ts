import { describe, expect, it } from '@jest/globals';
import { closedAt, type Window } from '../../src/core/policy/window.ts';
import { currentStep } from '../../src/core/rollout/current-step.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { isOfRamp } from '../../src/core/policy/step.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { type Check, counterexample } from '../support/random-walks.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

/** Worlds begin at 0:16:40 of a Thursday. */
const opening = (from: number, to: number, offHours: Window['offHours'] = 'keep'): Window => ({
  days: ['thu'],
  from,
  to,
  timezone: 'UTC',
  offHours,
});

const worldWith = (...windows: readonly Window[]): SimulatedWorld =>
  new SimulatedWorld({ ...examplePolicy, windows });

const everySecondMinute = (offHours: Window['offHours']): readonly Window[] =>
  [16, 18, 20, 22].map((minute) => opening(minute, minute + 1, offHours));

const isAt = (name: string) => (world: SimulatedWorld) => currentStep(world).kind === name;
const isHeld = ({ rollout }: SimulatedWorld): boolean => rollout.hold?.code === 'window';
const minuteOf = ({ now }: SimulatedWorld): number => Math.floor(now / 60_000);

describe('a window', () => {
  it('is waited for before anything is created, by a hold that says when it lifts', () => {
    const world = worldWith(opening(18, 0));
    expect(world.runUntil(isHeld)).toBe(true);
    expect(world.rollout.hold?.reason).toBe('outside the windows, until Thu 1970-01-01 00:18 UTC');
    expect(world.jobs.states).toEqual([]);
    expect(world.runUntil(isAt('soak'))).toBe(true);
    expect(minuteOf(world)).toBeGreaterThanOrEqual(18);
  });

  it('that closes lets work on the target end, and the rollout where it is', () => {
    const world = worldWith(opening(0, 17), opening(20, 30));
    world.jobs.takesMs = 30_000;
    expect(world.runUntil(isHeld)).toBe(true);
    expect(world.jobs.states).toMatchObject([{ kind: 'expand', status: 'done' }]);
    expect(isAt('expand')(world)).toBe(true);
    expect(world.runUntil(isAt('backfill'))).toBe(true);
    expect(minuteOf(world)).toBe(20);
  });

  it('that closes in the middle of the ramp keeps who is on the new side there', () => {
    const world = worldWith(opening(0, 17), opening(20, 30));
    expect(world.runUntil(isHeld)).toBe(true);
    const exposed = exposureOf(world.rollout.route.spec);
    expect(exposed).toBeGreaterThan(0);
    world.runUntil(({ now }) => now >= 20 * 60_000 - 1_000);
    expect(exposureOf(world.rollout.route.spec)).toBe(exposed);
    expect(world.outcomes.filter(({ decision }) => decision?.action === 'hold')).toHaveLength(1);
  });

  it('that says so takes everybody back, and the ramp begins anew in the next one', () => {
    const world = worldWith(opening(0, 17, 'retreat'), opening(20, 30));
    world.jobs.takesMs = 2_000;
    expect(world.runUntil(isHeld)).toBe(true);
    expect(isAt('shadow')(world)).toBe(true);
    expect(world.rollout.route.spec).toMatchObject({ share: 0, rings: [], canaryStage: 'shadow' });
    expect(world.outcomes.at(-1)?.decision?.reason).toBe(
      'outside the windows, until Thu 1970-01-01 00:20 UTC: everybody goes back to the old side, to shadow',
    );
    expect(world.runUntil(isAt('ring'))).toBe(true);
    expect(minuteOf(world)).toBe(20);
    expect(world.runUntil(isAt('soak'))).toBe(true);
  });

  it('is no obstacle to a rollback', () => {
    const world = worldWith(opening(0, 17), opening(20, 30));
    world.runUntil(isHeld);
    world.verdicts = { errors: 'fail' };
    expect(world.runUntil(({ rollout }) => rollout.phase === 'rolled_back')).toBe(true);
    expect(minuteOf(world)).toBeLessThan(20);
  });

  it('must be open when contract passes its gate, and when it begins', () => {
    const world = worldWith(opening(0, 18));
    world.runUntil(isAt('contract'));
    world.pass(18 * 60_000 - world.now);
    expect(world.runUntil(isHeld)).toBe(true);
    expect(world.rollout.step.gatePassedAt).toBeNull();
    expect(world.jobs.states.some(({ kind }) => kind === 'contract')).toBe(false);
  });

  it('in no walk lets a rollout move forward while it is closed', () => {
    const windows = everySecondMinute('keep');
    const policy = { ...examplePolicy, windows };
    const check: Check = ({ before, outcome, world }) => {
      if (closedAt(policy, world.now) === null) return null;
      const { rollout, effects } = outcome;
      if (exposureOf(rollout.route.spec) > exposureOf(before.route.spec)) return 'exposure rose';
      const begins = effects.some(
        (effect) =>
          effect.kind === 'ensureJob' &&
          ['expand', 'contract'].includes(effect.job.kind) &&
          !world.jobs.states.some(({ id }) => id === effect.job.id),
      );
      return begins ? 'work on the target began' : null;
    };
    expect(counterexample(check, policy)).toBeUndefined();
  });

  it('in no walk leaves anybody on the new side where it says retreat', () => {
    const windows = everySecondMinute('retreat');
    const policy = { ...examplePolicy, windows };
    const check: Check = ({ before, outcome: { decision }, world }) => {
      const isDue =
        before.phase === 'running' && isOfRamp(currentStep({ policy, rollout: before }));
      const isClosed = closedAt(policy, world.now) !== null;
      return isDue && isClosed && decision === null ? 'the ramp goes on' : null;
    };
    expect(counterexample(check, policy)).toBeUndefined();
  });
});
