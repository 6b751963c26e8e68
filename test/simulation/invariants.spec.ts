import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { overrideOf } from '../../src/core/rollout/override.ts';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import {
  apply,
  type Check,
  counterexample,
  type Event,
  freshForMs,
  units,
  walks,
} from '../support/random-walks.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

describe('invariants of every walk', () => {
  it('I1: exposure never rises without passing, fresh evidence, but of guards that a person set aside', () => {
    const check: Check = ({ before, outcome, world }) => {
      const rose = exposureOf(outcome.rollout.route.spec) > exposureOf(before.route.spec);
      const ring = outcome.rollout.route.spec.rings.length > before.route.spec.rings.length;
      if (!rose && !ring) return null;
      if (outcome.decision?.action !== 'advance') return 'exposure rose without an advance';
      const weak = outcome.decision.measurements.find(
        ({ guard, verdict, newestAt }) =>
          overrideOf({ rollout: before, now: world.now }, guard) === undefined &&
          (verdict !== 'pass' || world.now - (newestAt ?? 0) > freshForMs),
      );
      return weak === undefined ? null : `exposure rose although ${weak.guard} is ${weak.verdict}`;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('I2, I6: each change of phase, step or route has exactly one decision that says so', () => {
    const check: Check = ({ before, outcome }) => {
      const { rollout, decision } = outcome;
      const moved = rollout.phase !== before.phase || rollout.step.index !== before.step.index;
      const rerouted = rollout.route.version !== before.route.version;
      if (decision === null) return moved || rerouted ? 'a change without a decision' : null;
      const told = decision.from === before.phase && decision.to === rollout.phase;
      return told && decision.reason !== '' ? null : 'the decision tells another story';
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('I4: no unit changes sides but by a recorded route or a person', () => {
    const recorded = new Set([1_000_000]);
    const check: Check = ({ outcome, flagBefore, world }) => {
      if (outcome.decision !== null) recorded.add(outcome.rollout.route.version);
      const { flag } = world;
      if (flag === null || flagBefore === null) return null;
      const flipped = units.find(
        (unit) => stageOfUnit(flagBefore.route, unit).side !== stageOfUnit(flag.route, unit).side,
      );
      const known = flag.version !== null && recorded.has(flag.version);
      return flipped === undefined || known ? null : `${flipped} changed sides unrecorded`;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('I5: nothing irreversible is asked for before the gate of an explicit contract step', () => {
    const check: Check = ({ outcome }) => {
      const { step, route } = outcome.rollout;
      if (step.gatePassedAt !== null) return null;
      const asked = outcome.effects.some(
        (effect) => effect.kind === 'ensureJob' && effect.job.kind === 'contract',
      );
      if (asked) return 'contract was asked for before its gate';
      return route.spec.safeSide === 'new' ? 'the safe side is new before the gate' : null;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('people outrank: a flag that a person switched off is never switched on without a resume', () => {
    const check: Check = ({ outcome, flagBefore, world }) => {
      const switchedOn = flagBefore?.route.enabled === false && world.flag?.route.enabled === true;
      return switchedOn && !outcome.rollout.route.enable ? 'the machine switched it on' : null;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('lets terminal phases absorb', () => {
    const check: Check = ({ before, outcome }) => {
      if (!isTerminal(before.phase)) return null;
      const same = JSON.stringify(outcome.rollout) === JSON.stringify(before);
      return same && outcome.decision === null ? null : `${before.phase} was left`;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('goes far enough to mean something: walks expose, roll back, complete and are overridden', () => {
    const seen = new Set<string>();
    counterexample(({ outcome }) => {
      seen.add(outcome.rollout.phase);
      if (exposureOf(outcome.rollout.route.spec) > 0) seen.add('exposed');
      if (outcome.rollout.overrideRevision !== null) seen.add('overridden');
      seen.add(outcome.decision?.action ?? 'nothing');
      return null;
    });
    const wanted = ['running', 'paused', 'rolling_back', 'rolled_back', 'exposed', 'overridden'];
    const actions = ['quarantine', 'release', 'freeze', 'unfreeze', 'override', 'abort'];
    expect([...seen]).toEqual(expect.arrayContaining([...wanted, ...actions]));
  });

  it('reaches an end from every state once people and the world behave', () => {
    const property = fc.property(walks, (events) => endsWell(events));
    expect(fc.defaultReportMessage(fc.check(property, { numRuns: 100, seed: 7 }))).toBeUndefined();
  });
});

/** True when the world left by the events can be brought to an end by calm and by resuming. */
function endsWell(events: readonly Event[]): boolean {
  const world = new SimulatedWorld();
  for (const happened of events) {
    if (happened.kind !== 'pass' && happened.kind !== 'drop') apply(world, happened);
    world.tick(happened.kind === 'pass' ? happened.ms : 300);
  }
  Object.assign(world, { verdicts: {}, bad: [], evidenceFlows: true, targetError: null });
  for (const instance of world.instances) instance.alive = true;
  return world.runUntil((it) => {
    if (it.rollout.phase === 'paused' || it.rollout.phase === 'frozen') it.ask('resume');
    // Units that nobody takes out of quarantine keep contract closed: then there is only the way back.
    if (it.rollout.hold?.code === 'units') it.ask('rollback');
    return isTerminal(it.rollout.phase);
  }, 1_000);
}
