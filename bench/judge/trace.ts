import { LatencyDraw, type LatencyTrace } from './latency-trace.ts';
import type { Population } from './population.ts';
import { populate } from './population.ts';
import { Random } from './random.ts';
import { addRetries, addStorms } from './disturbances.ts';
import { binomial, poisson } from './samplers.ts';
import { layOut, type Moment, moments } from './timeline.ts';
import type { Cast, Delivery, Episode, Fault, World } from './world.ts';

/**
 * All that can happen in one rollout, whichever unit is on which side: cell `moment × units + unit`
 * of each array. A unit on the new side fails `failed + newHarm` times, on the old side `failed +
 * oldHarm` times, so every tool and every way of acting meets the same rollout.
 */
export interface Trace {
  readonly population: Population;
  readonly moments: readonly Moment[];
  readonly culprit: number | null;
  readonly requests: Int32Array;
  readonly failed: Int32Array;
  readonly newHarm: Int32Array;
  readonly oldHarm: Int32Array;
  /** True failure rates without the migration, and with it on the two sides, for the oracle. */
  readonly ownRate: Float32Array;
  readonly newRate: Float32Array;
  readonly oldRate: Float32Array;
  /** Durations, aligned with the moments; empty where the world has none. */
  readonly latency: LatencyTrace;
  /** Requests whose answers were compared, and of these that differed; null without comparisons. */
  readonly compared: Int32Array | null;
  readonly mismatched: Int32Array | null;
  readonly delivery: Delivery;
  /** What everything was drawn from. */
  readonly seed: number;
  /** Since when the migration makes requests slower; null where it does not. */
  readonly slowFrom: number | null;
}

const day = 4 * 3_600;
const driftSeconds = 1_800;

/** One rollout of a world with a fault, or without. */
export function drawTrace(world: World, fault: Fault | null, seed: number): Trace {
  const random = new Random(seed);
  const cast = castRollout(world, fault, random);
  const all = [...world.episodes(cast), ...(fault?.episodes(cast) ?? [])];
  const durations = drawDurations(world, fault, { ...cast, random: new Random(seed + 1) });
  const phase = random.uniform();
  const drift = new Float64Array(world.units);
  const latency = durations?.trace ?? [];
  const trace = { ...emptyTrace(world, fault, cast), latency, seed };
  for (const [index, moment] of trace.moments.entries()) {
    const turn = Math.sin(2 * Math.PI * (moment.at / day + phase));
    stepDrift(random, drift, world.diversity.drift, moment.seconds);
    const traffic = world.requestsPerSecond * (1 + world.swing.traffic * turn) * moment.seconds;
    const rate = world.failureRate * (1 + world.swing.failures * turn);
    drawMoment(trace, index, { random, all, traffic, rate, drift });
    durations?.draw({ moment, traffic, turn });
    if (moment.stage.mode === 'compared') drawComparisons(trace, index, world, fault, random);
  }
  addStorms(trace, world.diversity.storms, random);
  if (world.retries !== undefined) addRetries(trace, world.retries, random);
  return trace;
}

function drawComparisons(
  trace: Trace,
  index: number,
  { comparing }: World,
  fault: Fault | null,
  random: Random,
): void {
  const { compared, mismatched, requests, population } = trace;
  if (comparing === undefined || compared === null || mismatched === null) return;
  const differing = (fault?.mismatched ?? comparing.mismatched)(trace.moments[index]?.at ?? 0);
  const units = population.names.length;
  for (let cell = index * units; cell < (index + 1) * units; cell += 1) {
    compared[cell] = binomial(random, requests[cell] ?? 0, comparing.sample);
    mismatched[cell] = binomial(random, compared[cell] ?? 0, differing);
  }
}

function drawDurations(world: World, fault: Fault | null, cast: Cast): LatencyDraw | null {
  if (world.durations === undefined) return null;
  return new LatencyDraw(cast, world.durations, fault?.slowdowns?.(cast) ?? []);
}

function castRollout(world: World, fault: Fault | null, random: Random): Cast {
  const population = populate(random, world);
  if (fault?.culprit === undefined) return { random, population, culprit: null };
  const { choose, place } = fault.culprit;
  const culprit = choose(population, random);
  if (place !== undefined) population.place[culprit] = place;
  return { random, population, culprit };
}

function emptyTrace(
  world: World,
  fault: Fault | null,
  { population, culprit }: Cast,
): Omit<Trace, 'latency' | 'seed'> {
  const when = moments(layOut(world.history, world.preparation));
  const cells = when.length * population.names.length;
  const compares = world.comparing !== undefined;
  return {
    population,
    moments: when,
    culprit,
    requests: new Int32Array(cells),
    failed: new Int32Array(cells),
    newHarm: new Int32Array(cells),
    oldHarm: new Int32Array(cells),
    ownRate: new Float32Array(cells),
    newRate: new Float32Array(cells),
    oldRate: new Float32Array(cells),
    compared: compares ? new Int32Array(cells) : null,
    mismatched: compares ? new Int32Array(cells) : null,
    delivery: world.delivery,
    slowFrom: fault?.slowdowns === undefined ? null : fault.onset,
  };
}

function stepDrift(random: Random, drift: Float64Array, spread: number, seconds: number): void {
  if (spread === 0) return;
  const kept = Math.exp(-seconds / driftSeconds);
  const fresh = spread * Math.sqrt(1 - kept * kept);
  for (let unit = 0; unit < drift.length; unit += 1) {
    drift[unit] = kept * (drift[unit] ?? 0) + fresh * random.normal();
  }
}

interface Drawing {
  readonly random: Random;
  readonly all: readonly Episode[];
  /** Requests expected in this moment, and the world's failure rate in it. */
  readonly traffic: number;
  readonly rate: number;
  readonly drift: Float64Array;
}

/** Chance that at least one of two independent causes strikes. */
function either(a: number, b: number): number {
  return a + b - a * b;
}

function drawMoment(trace: Trace, index: number, drawing: Drawing): void {
  const { population, moments: when } = trace;
  const { random, traffic, rate, drift } = drawing;
  const moment = when[index];
  if (moment === undefined) return;
  const middle = moment.at - moment.seconds / 2;
  const active = drawing.all.filter((episode) => episode.chance(middle, rate) > 0);
  const units = population.names.length;
  for (let unit = 0; unit < units; unit += 1) {
    const cell = index * units + unit;
    const requests = poisson(random, traffic * (population.traffic[unit] ?? 0));
    const own = Math.min(0.95, rate * (population.rate[unit] ?? 1) * Math.exp(drift[unit] ?? 0));
    let [both, onNew, onOld] = [own, 0, 0];
    for (const { struck, units: only, chance } of active) {
      if (only !== null && !only.has(unit)) continue;
      const added = chance(middle, own);
      if (struck === 'both') both = either(both, added);
      else if (struck === 'new') onNew = either(onNew, added);
      else onOld = either(onOld, added);
    }
    const failed = binomial(random, requests, both);
    trace.requests[cell] = requests;
    trace.failed[cell] = failed;
    trace.newHarm[cell] = binomial(random, requests - failed, onNew);
    trace.oldHarm[cell] = binomial(random, requests - failed, onOld);
    trace.ownRate[cell] = both;
    trace.newRate[cell] = either(both, onNew);
    trace.oldRate[cell] = either(both, onOld);
  }
}
