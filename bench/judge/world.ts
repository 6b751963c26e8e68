import type { Population } from './population.ts';
import type { Random } from './random.ts';

/** Whose requests an episode strikes: those served by one side, or all. */
export type Struck = 'both' | 'new' | 'old';

/** Failures beside the units' own: an incident, a shard that fails, or the harm of a migration. */
export interface Episode {
  readonly struck: Struck;
  /** Indices of the units that are struck; null for all. */
  readonly units: ReadonlySet<number> | null;
  /**
   * Chance that a request which would have succeeded fails, at `at` seconds since the first
   * exposure, where `ownRate` of the unit's requests fail anyway.
   */
  readonly chance: (at: number, ownRate: number) => number;
}

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

/** What the episodes of one rollout are made from. */
export interface Cast {
  readonly random: Random;
  readonly population: Population;
  /** The unit that the fault is about; null when it is about no single one. */
  readonly culprit: number | null;
}

/** A healthy environment. */
export interface World {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly units: number;
  /** Part of all requests that fails when nothing happens. */
  readonly failureRate: number;
  /** Part by which traffic and failure rate swing up and down in four hours. */
  readonly swing: { readonly traffic: number; readonly failures: number };
  readonly diversity: Diversity;
  /** Whether the shares are cut from a hash, or hold exactly their part of the units. */
  readonly places: 'hashed' | 'even';
  readonly episodes: (cast: Cast) => readonly Episode[];
  /** Seconds of history before the schema is touched. */
  readonly history: number;
}

/** Which unit a fault is about, and in which part of the hash's range it must lie. */
export interface Culprit {
  readonly choose: (population: Population, random: Random) => number;
  /** The unit is moved to this place in [0, 1), so that it is exposed from the start. */
  readonly place?: number;
}

/** What a migration does wrong, beside a world. */
export interface Fault {
  readonly name: string;
  /** Seconds since the first exposure. */
  readonly onset: number;
  readonly culprit?: Culprit;
  readonly episodes: (cast: Cast) => readonly Episode[];
  /** Seconds between the beginning of the change and the first exposure. */
  readonly preparation?: number;
}
