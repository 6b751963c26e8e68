import type { Population } from './population.ts';
import { populate } from './population.ts';
import { Random } from './random.ts';
import { binomial, geometric, poisson } from './samplers.ts';
import { layOut, type Moment, moments } from './timeline.ts';
import type { Cast, Episode, Fault, World } from './world.ts';

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
}

const day = 4 * 3_600;
const driftSeconds = 1_800;

/** One rollout of a world with a fault, or without. */
export function drawTrace(world: World, fault: Fault | null, seed: number): Trace {
  const random = new Random(seed);
  const cast = castRollout(world, fault, random);
  const all = [...world.episodes(cast), ...(fault?.episodes(cast) ?? [])];
  const when = moments(layOut(world.history, fault?.preparation));
  const trace = emptyTrace(cast.population, when, cast.culprit);
  const phase = random.uniform();
  const drift = new Float64Array(world.units);
  for (const [index, moment] of when.entries()) {
    const turn = Math.sin(2 * Math.PI * (moment.at / day + phase));
    stepDrift(random, drift, world.diversity.drift, moment.seconds);
    const traffic = world.requestsPerSecond * (1 + world.swing.traffic * turn) * moment.seconds;
    const rate = world.failureRate * (1 + world.swing.failures * turn);
    drawMoment(trace, index, { random, all, traffic, rate, drift });
  }
  addStorms(trace, world.diversity.storms, random);
  return trace;
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
  population: Population,
  when: readonly Moment[],
  culprit: number | null,
): Trace {
  const cells = when.length * population.names.length;
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

/** Storms of retries: about 40 further failing requests of one unit within 15 to 60 seconds. */
function addStorms(trace: Trace, perMinute: number, random: Random): void {
  if (perMinute === 0) return;
  const units = trace.population.names.length;
  for (const [index, moment] of trace.moments.entries()) {
    const storms = poisson(random, (perMinute * moment.seconds) / 60);
    for (let storm = 0; storm < storms; storm += 1) {
      const unit = random.index(units);
      const lasts = Math.max(1, Math.round(random.between(15, 60) / moment.seconds));
      for (let left = geometric(random, 40); left > 0; left -= 1) {
        const cell = (index + random.index(lasts)) * units + unit;
        if (cell >= trace.requests.length) continue;
        trace.requests[cell] = (trace.requests[cell] ?? 0) + 1;
        trace.failed[cell] = (trace.failed[cell] ?? 0) + 1;
      }
    }
  }
}
