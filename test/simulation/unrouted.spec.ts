import { describe, expect, it } from '@jest/globals';
import { overrideOf } from '../../src/core/rollout/override.ts';
import { stepName } from '../../src/core/policy/step.ts';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import { type Check, counterexample } from '../support/random-walks.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';
import { unroutedPolicy } from '../support/unrouted-policy.ts';

const ended = (phase: string) => (world: SimulatedWorld) => world.rollout.phase === phase;
const at = (name: string) => (world: SimulatedWorld) =>
  stepName(unroutedPolicy.steps[world.rollout.step.index] ?? { kind: 'expand' }) === name;

/** Confirms contract as soon as it may. */
function complete(world: SimulatedWorld): boolean {
  return world.runUntil((it) => {
    if (at('contract')(it) && it.rollout.confirmedBy === null) it.ask('complete');
    return isTerminal(it.rollout.phase);
  });
}

describe('a rollout that routes nobody', () => {
  it('changes the schema from expand to contract without a flag', () => {
    const world = new SimulatedWorld(unroutedPolicy);
    expect(complete(world)).toBe(true);
    expect(world.rollout.phase).toBe('completed');
    expect(world.flag).toBeNull();
    expect(world.routeRow).toBeNull();
    expect(world.rollout.exposurePeak).toBe(0);
    expect(world.jobs.states.map(({ kind }) => kind)).toEqual([
      'expand',
      'backfill',
      'verify',
      'verify',
      'contract',
    ]);
  });

  it('asks a person before contract', () => {
    const world = new SimulatedWorld(unroutedPolicy);
    world.runUntil(at('contract'));
    for (let count = 0; count < 40; count += 1) world.tick();
    expect(world.rollout.phase).toBe('running');
    expect(world.jobs.has('contract')).toBe(false);
  });

  it('waits for no instance, whatever build it is and whether or not it answers', () => {
    const world = new SimulatedWorld(unroutedPolicy);
    world.stranger = true;
    expect(complete(world)).toBe(true);
    expect(world.rollout.phase).toBe('completed');
  });

  it.each(['expand', 'backfill', 'verify', 'soak'])('goes back from %s on harm', (step) => {
    const world = new SimulatedWorld(unroutedPolicy);
    world.jobs.takesMs = 2_000;
    world.runUntil(at(step));
    world.verdicts = { errors: 'fail' };
    expect(world.runUntil(ended('rolled_back'))).toBe(true);
    expect(world.flag).toBeNull();
    expect(world.rollout.rollback?.verifiedAt).not.toBeNull();
    expect(world.jobs.states.every(({ status }) => status !== 'running')).toBe(true);
  });

  it('holds on a threshold that says hold, and goes on when it is well again', () => {
    const world = new SimulatedWorld(unroutedPolicy);
    world.runUntil(at('verify'));
    world.verdicts = { reads: 'fail' };
    for (let count = 0; count < 20; count += 1) world.tick();
    expect(world.rollout.hold?.code).toBe('guard:reads');
    world.verdicts = {};
    expect(complete(world)).toBe(true);
  });

  it.each(['inconclusive', 'noData', 'providerError'] as const)(
    'leaves no step while a guard is %s, and lets the work of the step go on',
    (verdict) => {
      const world = new SimulatedWorld(unroutedPolicy);
      world.runUntil(at('backfill'));
      world.verdicts = { reads: verdict };
      for (let count = 0; count < 40; count += 1) world.tick();
      expect(at('backfill')(world)).toBe(true);
      expect(world.jobs.has('backfill')).toBe(true);
      world.verdicts = {};
      expect(world.runUntil(at('soak'))).toBe(true);
    },
  );

  it('goes on after contract has begun, whatever a guard knows', () => {
    const world = new SimulatedWorld(unroutedPolicy);
    world.runUntil(at('contract'));
    world.ask('complete');
    world.runUntil(({ rollout }) => rollout.step.gatePassedAt !== null);
    world.verdicts = { reads: 'noData' };
    expect(world.runUntil(ended('completed'))).toBe(true);
  });
});

describe('invariants of every walk without a route', () => {
  const expectAlways = (check: Check) =>
    expect(counterexample(check, unroutedPolicy)).toBeUndefined();

  it('I1, I4: nobody is ever routed: no flag, no route row, no exposure, no unit held', () =>
    expectAlways(({ outcome }) => {
      const kinds = outcome.effects.map(({ kind }) => kind);
      if (kinds.includes('setRoute') || kinds.includes('writeRouteRow')) return 'a route is wanted';
      const { exposurePeak, quarantined = [], firstExposureAt } = outcome.rollout;
      const exposed = exposurePeak > 0 || quarantined.length > 0 || firstExposureAt !== null;
      return exposed ? 'somebody was routed' : null;
    }));

  it('I1: no step is left while a guard does not pass, but one that a person set aside', () =>
    expectAlways(({ before, outcome, world: { now } }) => {
      if (outcome.rollout.step.index === before.step.index) return null;
      const weak = outcome.decision?.measurements.find(
        ({ guard, verdict }) =>
          verdict !== 'pass' && overrideOf({ rollout: before, now }, guard) === undefined,
      );
      return weak === undefined ? null : `left although ${weak.guard} is ${weak.verdict}`;
    }));

  it('I2, I6: each change of phase or step has exactly one decision that says so', () =>
    expectAlways(({ before, outcome: { rollout, decision } }) => {
      const moved = rollout.phase !== before.phase || rollout.step.index !== before.step.index;
      if (decision === null) return moved ? 'a change without a decision' : null;
      const told = decision.from === before.phase && decision.to === rollout.phase;
      return told && decision.reason !== '' ? null : 'the decision tells another story';
    }));

  it('I5: nothing irreversible is asked for before a person has confirmed contract', () =>
    expectAlways(({ outcome: { rollout, effects } }) => {
      const asked = effects.some((one) => one.kind === 'ensureJob' && one.job.kind === 'contract');
      const open = rollout.step.gatePassedAt !== null && rollout.confirmedBy !== null;
      return asked && !open ? 'contract was asked for before its gate' : null;
    }));

  it('lets terminal phases absorb', () =>
    expectAlways(({ before, outcome }) => {
      if (!isTerminal(before.phase)) return null;
      const same = JSON.stringify(outcome.rollout) === JSON.stringify(before);
      return same && outcome.decision === null ? null : `${before.phase} was left`;
    }));

  it('goes far enough to mean something: walks pause, roll back and complete', () => {
    const seen = new Set<string>();
    counterexample(({ outcome }) => {
      seen.add(outcome.rollout.phase);
      return null;
    }, unroutedPolicy);
    expect([...seen]).toEqual(
      expect.arrayContaining(['running', 'paused', 'rolling_back', 'rolled_back', 'completed']),
    );
  });
});
