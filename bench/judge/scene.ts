import { addStorms } from './disturbances.ts';
import { LatencyDraw } from './latency-trace.ts';
import { populate } from './population.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { binomial, poisson } from '../../src/core/simulation/samplers.ts';
import { layOut, moments } from './timeline.ts';
import type { Trace } from './trace.ts';
import { type Cast, either, type Episode, type World } from './world.ts';

/** A rollout as it goes before it is known what is wrong with its migration: all faults share it. */
export interface Scene {
  readonly world: World;
  readonly trace: Trace;
  /** Null where durations are not simulated. */
  readonly durations: LatencyDraw | null;
}

const day = 4 * 3_600;
const driftSeconds = 1_800;

/** One rollout of a world without any fault. */
export function drawScene(world: World, seed: number): Scene {
  const random = new Random(seed);
  const cast: Cast = { random, population: populate(random, world), culprit: null };
  const all = world.episodes(cast);
  const durations =
    world.durations === undefined
      ? null
      : new LatencyDraw({ ...cast, random: new Random(seed + 1) }, world.durations);
  const phase = random.uniform();
  const drift = new Float64Array(world.units);
  const trace = { ...emptyTrace(world, cast), latency: durations?.trace ?? [], seed };
  for (const [index, moment] of trace.moments.entries()) {
    const turn = Math.sin(2 * Math.PI * (moment.at / day + phase));
    stepDrift(random, drift, world.diversity.drift, moment.seconds);
    const traffic = world.requestsPerSecond * (1 + world.swing.traffic * turn) * moment.seconds;
    const rate = world.failureRate * (1 + world.swing.failures * turn);
    drawMoment(trace, index, { random, all, traffic, rate, drift });
    durations?.draw({ moment, traffic, turn });
    if (moment.stage.mode === 'compared') drawComparisons(trace, index, world, random);
  }
  addStorms(trace, world.diversity.storms, random);
  return { world, trace, durations };
}

function drawComparisons(trace: Trace, index: number, { comparing }: World, random: Random): void {
  const { compared, mismatched, requests, population } = trace;
  if (comparing === undefined || compared === null || mismatched === null) return;
  const differing = comparing.mismatched(trace.moments[index]?.at ?? 0);
  const units = population.names.length;
  for (let cell = index * units; cell < (index + 1) * units; cell += 1) {
    compared[cell] = binomial(random, requests[cell] ?? 0, comparing.sample);
    mismatched[cell] = binomial(random, compared[cell] ?? 0, differing);
  }
}

function emptyTrace(world: World, { population }: Cast): Omit<Trace, 'latency' | 'seed'> {
  const when = moments(layOut(world.history, world.preparation));
  const cells = when.length * population.names.length;
  const compares = world.comparing !== undefined;
  return {
    population,
    moments: when,
    culprit: null,
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
    slowFrom: null,
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
