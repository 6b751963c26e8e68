import { wilsonInterval } from '../statistics/wilson-interval.ts';
import { type Pace, usualPace } from './looks.ts';
import { simulatePast, simulateRollout, type SimulatedRollout } from './simulate-rollout.ts';
import type { SimulatedHarm } from './simulated-harm.ts';
import type { SimulationInput } from './simulation-input.ts';

/** Which rollouts are simulated: each seed once with nothing wrong, the first ones with each harm, too. */
export interface SimulationPlan {
  readonly seed: number;
  readonly rollouts: number;
  readonly harms: readonly SimulatedHarm[];
  /** How many rollouts of each harm. */
  readonly harmed: number;
}

/** All rollouts of one seed; `harmed` is aligned with the plan's harms, or empty. */
export interface SimulatedSeed {
  readonly healthy: SimulatedRollout;
  readonly harmed: readonly SimulatedRollout[];
}

/** Some of so many, with a 95 % interval for the part. */
export interface Counted {
  readonly count: number;
  readonly of: number;
  readonly interval: readonly [number, number];
}

/** Seconds: half of the rollouts, and nine in ten, took no longer. */
export interface Spread {
  readonly median: number;
  readonly of90: number;
}

/** Rollouts in which nothing is wrong. */
export interface HealthySummary {
  readonly completed: Counted;
  readonly rolledBack: Counted;
  /** Some unit was sent back alone. */
  readonly sentBack: Counted;
  /** A person had to look: patience was over, or a guard held. */
  readonly waited: Counted;
  /** From the first step that evidence decides to the last, of those that completed; null: none. */
  readonly seconds: Spread | null;
  /** Where the others ended, and how: most frequent first. */
  readonly ended: readonly { readonly how: string; readonly count: number }[];
}

/** Rollouts in which one thing is wrong. */
export interface HarmSummary {
  readonly harm: SimulatedHarm;
  /** It was rolled back, or a unit was sent back alone. */
  readonly found: Counted;
  readonly seconds: Spread | null;
  /** Steps in which it ended, most frequent first. */
  readonly ended: readonly { readonly how: string; readonly count: number }[];
  /** Requests that failed for it, in the median. */
  readonly failed: number;
}

/** What a policy would do at some traffic. */
export interface Simulation {
  readonly plan: SimulationPlan;
  readonly healthy: HealthySummary;
  readonly harms: readonly HarmSummary[];
}

/** Neighbouring seeds draw alike from few generators: they are kept apart. */
const seedStep = 7_919;

/** The rollouts number `index` of a plan. */
export function simulateSeed(
  input: SimulationInput,
  plan: SimulationPlan,
  index: number,
  pace: Pace = usualPace,
): SimulatedSeed {
  const past = simulatePast(input, plan.seed + seedStep * index);
  const harms = index < plan.harmed ? plan.harms : [];
  return {
    healthy: simulateRollout(input, past, null, pace),
    harmed: harms.map((harm) => simulateRollout(input, past, harm, pace)),
  };
}

/** What the rollouts of all seeds of a plan amount to. */
export function summarise(plan: SimulationPlan, seeds: readonly SimulatedSeed[]): Simulation {
  const healthy = seeds.map((seed) => seed.healthy);
  return {
    plan,
    healthy: healthySummary(healthy),
    harms: plan.harms.map((harm, index) =>
      harmSummary(
        harm,
        seeds.flatMap(({ harmed }) => harmed[index] ?? []),
      ),
    ),
  };
}

function healthySummary(rollouts: readonly SimulatedRollout[]): HealthySummary {
  const count = (is: (rollout: SimulatedRollout) => boolean): Counted => counted(rollouts, is);
  const completed = rollouts.filter(({ end }) => end === 'completed');
  return {
    completed: count(({ end }) => end === 'completed'),
    rolledBack: count(({ end }) => end === 'rolledBack'),
    sentBack: count(({ moves }) => moves.some(({ what }) => what === 'quarantine')),
    waited: count(({ end }) => end === 'paused' || end === 'held'),
    seconds: spread(completed.map(({ seconds }) => seconds)),
    ended: frequent(rollouts.filter(({ end }) => end !== 'completed').map(endWords)),
  };
}

function harmSummary(harm: SimulatedHarm, rollouts: readonly SimulatedRollout[]): HarmSummary {
  const found = rollouts.flatMap((rollout) => rollout.found ?? []);
  return {
    harm,
    found: counted(rollouts, (rollout) => rollout.found !== null),
    seconds: spread(found),
    ended: frequent(rollouts.map(endWords)),
    failed: spread(rollouts.map(({ harmed }) => harmed))?.median ?? 0,
  };
}

/** `rolled back in share 10% by errors`. */
function endWords({ end, step, foundBy, sentBack }: SimulatedRollout): string {
  const by = foundBy === null ? '' : ` by ${foundBy}`;
  if (end === 'rolledBack') return `rolled back in ${step}${by}`;
  if (end === 'completed') {
    return sentBack.length === 0 ? 'completed' : `unit sent back alone${by}, completed`;
  }
  return `${end} in ${step}`;
}

function counted(
  rollouts: readonly SimulatedRollout[],
  is: (rollout: SimulatedRollout) => boolean,
): Counted {
  const count = rollouts.filter(is).length;
  return { count, of: rollouts.length, interval: wilsonInterval(rollouts.length, count) };
}

function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const of90 = sorted[Math.floor(0.9 * sorted.length)];
  return median === undefined || of90 === undefined ? null : { median, of90 };
}

function frequent(words: readonly string[]): readonly { how: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const how of words) counts.set(how, (counts.get(how) ?? 0) + 1);
  return [...counts]
    .map(([how, count]) => ({ how, count }))
    .sort((a, b) => b.count - a.count || a.how.localeCompare(b.how));
}
