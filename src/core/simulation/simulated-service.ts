import { type ForecastTraffic, slowerThan, trafficParts } from '../judge/forecast/population.ts';
import type { Rhythm } from './recording.ts';
import type { Random } from './random.ts';

/** A service as it is simulated: its traffic, and how its units differ. */
export interface SimulatedTraffic extends ForecastTraffic {
  /** Standard deviation of the logarithm of a unit's failure rate, and of that of its durations. */
  readonly failureSpread: number;
  readonly paceSpread: number;
  /** How traffic and failures go up and down; null: they do not. */
  readonly rhythm: Rhythm | null;
}

/** What is assumed where nothing is said: units fail twice as often, or half as often, as others. */
export const usualSpread: Pick<SimulatedTraffic, 'failureSpread' | 'paceSpread'> = {
  failureSpread: 0.7,
  paceSpread: 0.2,
};

/** The units of one simulated rollout, busiest first; all columns are aligned. */
export interface SimulatedService {
  readonly traffic: SimulatedTraffic;
  readonly names: readonly string[];
  /** Part of all requests; sums to 1. */
  readonly parts: readonly number[];
  /** Part of the old side's requests that fail. */
  readonly rates: Float64Array;
  /** Factor of the unit's durations. */
  readonly paces: Float64Array;
  /** Place of the unit's hash in [0, 1): the new side serves it where the share exceeds it. */
  readonly places: Float64Array;
  /** Where in the rhythm the first exposure lies, in seconds. */
  readonly from: number;
}

/** Most of a unit's requests that may fail when nothing is wrong. */
const mostFailing = 0.5;

/** Draws the units of one rollout: whose hash lies where, who fails how often. */
export function drawService(traffic: SimulatedTraffic, random: Random): SimulatedService {
  const names = Array.from({ length: traffic.units }, (_, rank) => `unit-${rank + 1}`);
  const { failureSpread, paceSpread, oldErrors, rhythm } = traffic;
  const factors = (spread: number): Float64Array =>
    Float64Array.from(names, () => Math.exp(spread * random.normal() - (spread * spread) / 2));
  return {
    traffic,
    names,
    parts: trafficParts(traffic),
    rates: factors(failureSpread).map((factor) => Math.min(mostFailing, oldErrors * factor)),
    paces: factors(paceSpread),
    places: Float64Array.from(names, () => random.uniform()),
    from: rhythm === null ? 0 : random.index(rhythm.seconds * rhythm.beats.length),
  };
}

/** Finest and coarsest bucket of durations that are told apart: from 0.2 ms to 4 minutes. */
export const firstBucket = -200;
const lastBucket = 127;

/** Chance of a duration in each bucket from `firstBucket` on, for units of these weights and paces. */
export function durationChances(
  traffic: ForecastTraffic,
  units: readonly { readonly weight: number; readonly pace: number }[],
): Float64Array {
  const chances = new Float64Array(lastBucket - firstBucket + 1);
  const whole = units.reduce((sum, { weight }) => sum + weight, 0);
  for (const { weight, pace } of units) {
    let above = 1;
    for (let at = 0; at < chances.length; at += 1) {
      const end = 2 ** ((firstBucket + at + 1) / 16);
      const next = at === chances.length - 1 ? 0 : slowerThan(traffic, end / pace);
      chances[at] = (chances[at] ?? 0) + ((above - next) * weight) / whole;
      above = next;
    }
  }
  return chances;
}
