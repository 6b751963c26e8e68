import fc from 'fast-check';
import { type Role, roles } from '../../src/core/access/role.ts';
import type { Verdict } from '../../src/core/judge/verdict.ts';
import type { Outcome } from '../../src/core/rollout/decide.ts';
import type { Verb } from '../../src/core/rollout/observations.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { examplePolicy } from './example-policy.ts';
import { SimulatedWorld } from './simulated-world.ts';

/** What may happen to a rollout between two looks. */
export type Event =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'verdict'; readonly guard: string; readonly verdict: Verdict }
  | { readonly kind: 'bad'; readonly units: readonly string[] }
  | { readonly kind: 'probe'; readonly finding: 'releasedUnits' | 'confirmedUnits' | null }
  | { readonly kind: 'evidence'; readonly flows: boolean }
  | { readonly kind: 'ask'; readonly verb: Verb; readonly actor?: string; readonly role?: Role }
  | { readonly kind: 'toggle'; readonly enabled: boolean }
  | { readonly kind: 'instance'; readonly index: number; readonly alive: boolean }
  | { readonly kind: 'target'; readonly error: string | null }
  | { readonly kind: 'drop'; readonly every: number };

/** Who is watched in a walk: a unit of a ring, a pinned one, and some of the share. */
export const units = [
  'acme-staging',
  'bigbank',
  ...Array.from({ length: 20 }, (_, n) => `tenant-${n}`),
];

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
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('bad'),
      units: fc.uniqueArray(fc.constantFrom(...units), { maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('probe'),
      finding: fc.constantFrom('releasedUnits', 'releasedUnits', 'confirmedUnits', null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('evidence'), flows: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ask'),
      verb: fc.constantFrom<Verb>(
        ...(['pause', 'resume', 'resume', 'promote', 'promote', 'rollback', 'complete'] as const),
        ...(['abort', 'freeze', 'unfreeze', 'override', 'drill'] as const),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('ask'),
      verb: fc.constant<Verb>('approve'),
      actor: fc.constantFrom('alice', 'bob', 'carol'),
      role: fc.constantFrom(...roles),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('ask'), verb: fc.constant<Verb>('rebase') }),
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

/** A walk through a world, with a check after each decision. */
function walk(events: readonly Event[], check: Check, policy: Policy): void {
  const world = new SimulatedWorld(policy);
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
export type Check = (step: Step) => string | null;

export interface Step {
  readonly world: SimulatedWorld;
  readonly before: Rollout;
  readonly outcome: Outcome;
  readonly flagBefore: SimulatedWorld['flag'];
}

const anOverride = { guard: 'reads', forMs: 20_000, reason: 'known to be wrong' };

/** Lets it happen in the world. */
export function apply(
  world: SimulatedWorld,
  happened: Exclude<Event, { kind: 'pass' | 'drop' }>,
): void {
  switch (happened.kind) {
    case 'verdict':
      world.verdicts = { ...world.verdicts, [happened.guard]: happened.verdict };
      return;
    case 'bad':
      world.bad = happened.units;
      return;
    case 'probe':
      world.probes = Object.fromEntries(
        happened.finding === null ? [] : units.map((unit) => [unit, happened.finding]),
      ) as SimulatedWorld['probes'];
      return;
    case 'evidence':
      world.evidenceFlows = happened.flows;
      return;
    case 'ask':
      ask(world, happened);
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

function ask(world: SimulatedWorld, { verb, actor, role }: Extract<Event, { kind: 'ask' }>): void {
  if (verb === 'rebase') {
    world.ask(verb, 'alice', { onto: nextRevision(world), confirm: true, role: 'admin' });
    return;
  }
  const who = actor === undefined || role === undefined ? {} : { actor, role };
  world.ask(verb, actor ?? 'alice', verb === 'override' ? anOverride : who);
}

/** A newer revision of what runs: other bakes to come, another tolerance, and a guard that comes and goes. */
function nextRevision({ policy, rollout, now }: SimulatedWorld): Policy {
  const steps = policy.steps.map((step, index) =>
    index > rollout.step.index && 'bakeMs' in step
      ? { ...step, bakeMs: 500 + (now % 4_000) }
      : step,
  );
  const late: Guard = { name: 'late', compare: 'errors', tolerate: { ratio: 1.5, add: 0.1 } };
  const others = policy.guards.filter(({ name }) => name !== late.name);
  const guards = others.length === policy.guards.length ? [...others, late] : others;
  return { ...policy, revision: `r${now}`, steps, guards };
}

export const walks = fc.array(event, { minLength: 20, maxLength: 200 });

/** The shortest walk that breaks the invariant, with what it breaks; undefined when none does. */
export function counterexample(check: Check, policy = examplePolicy): string | undefined {
  const property = fc.property(walks, (events) => walk(events, check, policy));
  return fc.defaultReportMessage(fc.check(property, { numRuns: 300, seed: 20261121 }));
}

/** Evidence as old as this at the most is fresh. Milliseconds. */
export const freshForMs = 3_000;
