import type { Random } from '../../src/core/simulation/random.ts';

/** How the units of a world differ from each other. */
export interface Diversity {
  /** Exponent of the traffic's Zipf law; 0 for units of one size. */
  readonly zipf: number;
  /** Standard deviation of the logarithm of a unit's failure rate. */
  readonly rateSpread: number;
  /** Standard deviation of the slow drift of that logarithm (Ornstein-Uhlenbeck, 30 min). */
  readonly drift: number;
  /** Storms of retries, each of one unit, per minute. */
  readonly storms: number;
}

/** What the units of a world are drawn from. */
export interface Makeup {
  readonly units: number;
  readonly diversity: Diversity;
  /** Whether the shares are cut from a hash, or hold exactly their part of the units. */
  readonly places: 'hashed' | 'even';
}

/** The units of one rollout, aligned by index. */
export interface Population {
  readonly names: readonly string[];
  /** Part of all traffic, falling with the index; sums to 1. */
  readonly traffic: Float64Array;
  /** Place of the unit's hash in [0, 1): it is on the new side where the share exceeds it. */
  readonly place: Float64Array;
  /** The unit's failure rate as a factor of the world's. */
  readonly rate: Float64Array;
}

/** Units whose sizes follow a Zipf law and whose failure rates are log-normal with mean 1. */
export function populate(random: Random, { units, diversity, places }: Makeup): Population {
  const names = Array.from({ length: units }, (_, index) => `t${index + 1}`);
  const traffic = Float64Array.from(names, (_, index) => (index + 1) ** -diversity.zipf);
  const whole = traffic.reduce((sum, part) => sum + part, 0);
  const { rateSpread } = diversity;
  return {
    names,
    traffic: traffic.map((part) => part / whole),
    place: places === 'even' ? evenPlaces(random, units) : hashedPlaces(random, units),
    rate: Float64Array.from(names, () =>
      Math.exp(rateSpread * random.normal() - (rateSpread * rateSpread) / 2),
    ),
  };
}

function hashedPlaces(random: Random, units: number): Float64Array {
  return Float64Array.from({ length: units }, () => random.uniform());
}

/** Every share holds its part of the units, however few they are. */
function evenPlaces(random: Random, units: number): Float64Array {
  const places = Float64Array.from({ length: units }, (_, index) => (index + 0.5) / units);
  for (let last = units - 1; last > 0; last -= 1) {
    const other = random.index(last + 1);
    [places[last], places[other]] = [places[other] ?? 0, places[last] ?? 0];
  }
  return places;
}
