import { addRetries } from './disturbances.ts';
import type { Population } from './population.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { binomial } from '../../src/core/simulation/samplers.ts';
import { drawScene, type Scene } from './scene.ts';
import type { Trace } from './trace.ts';
import { type Cast, either, type Episode, type Fault, type Retries, type World } from './world.ts';

/** One rollout of a world with a fault, or without. */
export function drawTrace(world: World, fault: Fault | null, seed: number): Trace {
  return strike(drawScene(world, seed), fault);
}

/**
 * The rollout of a scene with a fault, or without. The scene stays as it is: rollouts of one seed differ
 * by what their faults do and by nothing else.
 */
export function strike({ world, trace, durations }: Scene, fault: Fault | null): Trace {
  const random = new Random(trace.seed + 3);
  const struck = fault === null ? trace : harmed(trace, fault, random);
  const slowdowns = fault?.slowdowns?.(castOf(struck, random));
  const slowed =
    slowdowns === undefined || durations === null
      ? struck
      : { ...struck, latency: durations.slowed(slowdowns, random), slowFrom: fault?.onset ?? null };
  return world.retries === undefined ? slowed : repeated(slowed, world.retries);
}

function castOf({ population, culprit }: Trace, random: Random): Cast {
  return { random, population, culprit };
}

/** The trace with the failures and mismatches that a fault causes. */
function harmed(trace: Trace, fault: Fault, random: Random): Trace {
  const { population, culprit } = placeCulprit(trace.population, fault, random);
  const episodes = fault.episodes({ random, population, culprit });
  const strikes = (side: Episode['struck']): boolean =>
    episodes.some(({ struck }) => struck === side || struck === 'both');
  const struck = {
    ...trace,
    population,
    culprit,
    ...(strikes('new') ? { newHarm: trace.newHarm.slice(), newRate: trace.newRate.slice() } : {}),
    ...(strikes('old') ? { oldHarm: trace.oldHarm.slice(), oldRate: trace.oldRate.slice() } : {}),
    mismatched: drawMismatches(trace, fault, random),
  };
  for (const episode of episodes) {
    if (episode.struck !== 'old')
      strikeSide(struck, struck.newHarm, struck.newRate, episode, random);
    if (episode.struck !== 'new')
      strikeSide(struck, struck.oldHarm, struck.oldRate, episode, random);
  }
  return struck;
}

function placeCulprit(
  population: Population,
  fault: Fault,
  random: Random,
): Pick<Cast, 'population' | 'culprit'> {
  if (fault.culprit === undefined) return { population, culprit: null };
  const { choose, place } = fault.culprit;
  const culprit = choose(population, random);
  if (place === undefined) return { population, culprit };
  const places = population.place.slice();
  places[culprit] = place;
  return { population: { ...population, place: places }, culprit };
}

/** Adds an episode to one side: failures of requests that would have gone well there. */
function strikeSide(
  trace: Trace,
  harm: Int32Array,
  rate: Float32Array,
  { units: only, chance }: Episode,
  random: Random,
): void {
  const struck = Int32Array.from(only ?? trace.population.names.keys());
  for (const [index, { at, seconds }] of trace.moments.entries()) {
    const strikes = (ownRate: number): number => chance(at - seconds / 2, ownRate);
    strikeMoment({ trace, harm, rate, struck }, index, strikes, random);
  }
}

interface Struck {
  readonly trace: Trace;
  readonly harm: Int32Array;
  readonly rate: Float32Array;
  readonly struck: Int32Array;
}

/** Apart from the loop over the moments: the engine would compile that one again for every trace. */
function strikeMoment(
  { trace: { population, requests, failed, ownRate }, harm, rate, struck }: Struck,
  index: number,
  chance: (ownRate: number) => number,
  random: Random,
): void {
  const first = index * population.names.length;
  for (let which = 0; which < struck.length; which += 1) {
    const cell = first + (struck[which] ?? 0);
    const added = chance(ownRate[cell] ?? 0);
    if (added <= 0) continue;
    const well = (requests[cell] ?? 0) - (failed[cell] ?? 0) - (harm[cell] ?? 0);
    harm[cell] = (harm[cell] ?? 0) + binomial(random, well, added);
    rate[cell] = either(rate[cell] ?? 0, added);
  }
}

function drawMismatches(trace: Trace, fault: Fault, random: Random): Trace['mismatched'] {
  const { compared, mismatched, moments, population } = trace;
  if (fault.mismatched === undefined || compared === null) return mismatched;
  const units = population.names.length;
  return compared.map((count, cell) => {
    const at = moments[Math.floor(cell / units)]?.at ?? 0;
    return binomial(random, count, fault.mismatched?.(at) ?? 0);
  });
}

function repeated(trace: Trace, retries: Retries): Trace {
  const copy = { ...trace, requests: trace.requests.slice(), failed: trace.failed.slice() };
  addRetries(copy, retries, new Random(trace.seed + 4));
  return copy;
}
