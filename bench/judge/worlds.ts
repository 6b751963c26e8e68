import type { Random } from '../../src/core/simulation/random.ts';
import { liveSeconds, ramp } from './timeline.ts';
import type { Diversity } from './population.ts';
import type { Cast, Episode, World } from './world.ts';

const uniform: Diversity = { zipf: 0, rateSpread: 0, drift: 0, storms: 0 };
const heavy: Diversity = { zipf: 1.1, rateSpread: 1, drift: 0.3, storms: 0.5 };

const noEpisodes = (): readonly Episode[] => [];

/** A service of 1,000 requests per second and 500 equal units, with a daily rhythm in four hours. */
export const daily: World = {
  name: 'daily rhythm',
  requestsPerSecond: 1_000,
  units: 500,
  failureRate: 0.001,
  swing: { traffic: 0.5, failures: 0.3 },
  diversity: uniform,
  places: 'hashed',
  episodes: noEpisodes,
  history: 7_200,
  preparation: 0,
  delivery: 'prompt',
};

function during(from: number, lasts: number, chance: number): Episode['chance'] {
  return (at) => (at >= from && at < from + lasts ? chance : 0);
}

/** Three times 60 to 180 seconds in which 7.5 to 22.5 % of all requests fail. */
function incidents({ random }: Cast): readonly Episode[] {
  return Array.from({ length: 3 }, () => ({
    struck: 'both',
    units: null,
    chance: during(
      random.between(0, liveSeconds),
      random.between(60, 180),
      random.between(0.075, 0.225),
    ),
  }));
}

function someUnits(random: Random, units: number, part: number): ReadonlySet<number> {
  const chosen = new Set<number>();
  while (chosen.size < Math.round(units * part)) chosen.add(random.index(units));
  return chosen;
}

/** Twice, a shard that holds 5 % of the units fails 20 % of their requests for two minutes. */
function shardIncidents({ random, population }: Cast): readonly Episode[] {
  return Array.from({ length: 2 }, () => ({
    struck: 'both',
    units: someUnits(random, population.names.length, 0.05),
    chance: during(random.between(0, liveSeconds), 120, 0.2),
  }));
}

/** The new side fails as often as is still tolerated, 1.1 times the old rate and 0.05 points. */
function atTolerance(): readonly Episode[] {
  const chance = (at: number, own: number): number =>
    at < 0 ? 0 : (0.1 * own + 0.0005) / (1 - own);
  return [{ struck: 'new', units: null, chance }];
}

/** A unit of the first quarter, of at least 0.05 % of the traffic, breaks by itself after 15 min. */
function breakingUnit({ random, population }: Cast): readonly Episode[] {
  const canary = population.names
    .map((_, unit) => unit)
    .filter(
      (unit) => (population.place[unit] ?? 1) < 0.25 && (population.traffic[unit] ?? 0) >= 0.0005,
    );
  const broken = canary[random.index(canary.length)];
  if (broken === undefined) return [];
  return [{ struck: 'both', units: new Set([broken]), chance: (at) => (at >= 900 ? 1 : 0) }];
}

/** One point more failures on the new side for a minute after each step: caches are cold. */
function coldCaches(): readonly Episode[] {
  const cold = (at: number): boolean => ramp.some(({ from }) => at >= from && at < from + 60);
  return [{ struck: 'new', units: null, chance: (at) => (cold(at) ? 0.01 : 0) }];
}

export const heavyUnits: World = { ...daily, name: 'heavy units', diversity: heavy };

export const incidentsOnBoth: World = { ...daily, name: 'incidents on both', episodes: incidents };

const shardIncident: World = {
  ...daily,
  name: 'shard incident',
  episodes: shardIncidents,
};

export const lowTraffic: World = {
  ...daily,
  name: 'low traffic, 1 rps',
  requestsPerSecond: 1,
  units: 20,
  places: 'even',
  failureRate: 0.01,
};

/** Healthy worlds in which hardly any rollback is allowed. */
export const healthyWorlds: readonly World[] = [
  daily,
  heavyUnits,
  incidentsOnBoth,
  shardIncident,
  lowTraffic,
  { ...daily, name: 'exactly at tolerance', episodes: atTolerance },
];

export const coldStart: World = { ...daily, name: 'cold start', episodes: coldCaches };

/** Healthy worlds that look like harm. */
export const breakers: readonly World[] = [
  { ...heavyUnits, name: 'heavy units and shard incident', episodes: shardIncidents },
  { ...heavyUnits, name: 'a unit breaks by itself', episodes: breakingUnit },
  coldStart,
];
