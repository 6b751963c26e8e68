import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Verdict } from '../../src/core/judge/verdict.ts';
import type { Verb } from '../../src/core/rollout/observations.ts';
import type { Outcome } from '../../src/core/rollout/decide.ts';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

/** What may happen to a rollout between two looks. */
type Event =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'verdict'; readonly guard: string; readonly verdict: Verdict }
  | { readonly kind: 'evidence'; readonly flows: boolean }
  | { readonly kind: 'ask'; readonly verb: Verb }
  | { readonly kind: 'toggle'; readonly enabled: boolean }
  | { readonly kind: 'instance'; readonly index: number; readonly alive: boolean }
  | { readonly kind: 'target'; readonly error: string | null }
  | { readonly kind: 'drop'; readonly every: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 100, max: 4_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('verdict'),
      guard: fc.constantFrom('errors', 'reads'),
      verdict: fc.constantFrom<Verdict>(
        'pass',
        'pass',
        'inconclusive',
        'noData',
        'providerError',
        'fail',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('evidence'), flows: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ask'),
      verb: fc.constantFrom<Verb>('pause', 'resume', 'resume', 'rollback', 'complete'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('toggle'), enabled: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('instance'),
      index: fc.integer({ min: 0, max: 1 }),
      alive: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('target'),
      error: fc.constantFrom(null, null, 'no route to host'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('drop'), every: fc.integer({ min: 1, max: 4 }) }),
  },
) as fc.Arbitrary<Event>;

const units = ['acme-staging', 'bigbank', ...Array.from({ length: 20 }, (_, n) => `tenant-${n}`)];

/** A walk through a world, with a check after each decision. */
function walk(events: readonly Event[], check: Check): void {
  const world = new SimulatedWorld();
  let dropEvery = 1;
  let count = 0;
  for (const happened of events) {
    if (happened.kind === 'drop') dropEvery = happened.every;
    const ms = happened.kind === 'pass' ? happened.ms : 300;
    if (happened.kind !== 'pass' && happened.kind !== 'drop') apply(world, happened);
    const before = world.rollout;
    const flagBefore = world.flag;
    const outcome = world.tick(ms, () => {
      count += 1;
      return count % dropEvery === 0;
    });
    const broken = check({ world, before, outcome, flagBefore });
    if (broken !== null) throw new Error(broken);
  }
}

/** What a step breaks, in words; null when it keeps the invariant. */
type Check = (step: Step) => string | null;

interface Step {
  readonly world: SimulatedWorld;
  readonly before: Rollout;
  readonly outcome: Outcome;
  readonly flagBefore: SimulatedWorld['flag'];
}

function apply(world: SimulatedWorld, happened: Exclude<Event, { kind: 'pass' | 'drop' }>): void {
  switch (happened.kind) {
    case 'verdict':
      world.verdicts = { ...world.verdicts, [happened.guard]: happened.verdict };
      return;
    case 'evidence':
      world.evidenceFlows = happened.flows;
      return;
    case 'ask':
      world.ask(happened.verb);
      return;
    case 'toggle':
      world.toggle(happened.enabled);
      return;
    case 'instance': {
      const instance = world.instances[happened.index];
      if (instance !== undefined) instance.alive = happened.alive;
      return;
    }
    case 'target':
      world.targetError = happened.error;
  }
}

const walks = fc.array(event, { minLength: 20, maxLength: 200 });

/** The shortest walk that breaks the invariant, with what it breaks; undefined when none does. */
function counterexample(check: Check): string | undefined {
  const property = fc.property(walks, (events) => walk(events, check));
  return fc.defaultReportMessage(fc.check(property, { numRuns: 300, seed: 20261121 }));
}

const freshForMs = 3_000;

describe('invariants of every walk', () => {
  it('I1: exposure never rises without passing, fresh evidence', () => {
    const check: Check = ({ before, outcome, world }) => {
      const rose = exposureOf(outcome.rollout.route.spec) > exposureOf(before.route.spec);
      const ring = outcome.rollout.route.spec.rings.length > before.route.spec.rings.length;
      if (!rose && !ring) return null;
      if (outcome.decision?.action !== 'advance') return 'exposure rose without an advance';
      const weak = outcome.decision.measurements.find(
        ({ verdict, newestAt }) => verdict !== 'pass' || world.now - (newestAt ?? 0) > freshForMs,
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
      return null;
    });
    const wanted = ['running', 'paused', 'rolling_back', 'rolled_back', 'exposed', 'overridden'];
    expect([...seen]).toEqual(expect.arrayContaining(wanted));
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
  Object.assign(world, { verdicts: {}, evidenceFlows: true, targetError: null });
  for (const instance of world.instances) instance.alive = true;
  return world.runUntil((it) => {
    if (it.rollout.phase === 'paused' || it.rollout.phase === 'frozen') it.ask('resume');
    return isTerminal(it.rollout.phase);
  }, 1_000);
}
