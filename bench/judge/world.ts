import type { Pace } from './durations.ts';
import type { Makeup, Population } from './population.ts';
import type { Random } from '../../src/core/simulation/random.ts';

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

/** Chance that at least one of two independent causes strikes. */
export function either(a: number, b: number): number {
  return a + b - a * b;
}

/** A time in which requests are slower than usual. */
export interface Slowdown {
  readonly struck: Struck;
  /** Which operations are slower. */
  readonly operation: Operation | 'all';
  /** The pace at so many seconds since the first exposure; null while nothing is slower. */
  readonly pace: (at: number) => Pace | null;
}

export type Operation = 'read' | 'write';

/** The durations of a world's requests. */
export interface DurationsOf {
  /** Standard deviation of the logarithm of a unit's pace. */
  readonly unitSpread: number;
  /** Part by which all durations swing with the traffic. */
  readonly swing: number;
  /** Part of the requests that writes, where writes are told apart; else 0. */
  readonly writes: number;
  readonly slowdowns: (cast: Cast) => readonly Slowdown[];
}

/** Requests that are made again after they failed. */
export interface Retries {
  /** Chance that a failed request is made again, and that it then fails again. */
  readonly again: number;
  readonly failing: number;
  /** Chance that the repeated request counts for another unit, on whichever side that is. */
  readonly elsewhere: number;
}

/** Reads that are answered by both sides and compared. */
export interface Comparing {
  /** Part of all requests that is compared, and of these that differ. */
  readonly sample: number;
  readonly mismatched: (at: number) => number;
}

/** What the episodes of one rollout are made from. */
export interface Cast {
  readonly random: Random;
  readonly population: Population;
  /** The unit that the fault is about; null when it is about no single one. */
  readonly culprit: number | null;
}

/**
 * `prompt`: all evidence arrives at once. `late`: a quarter of it arrives 15 s later. `lossy`: one
 * tick in twenty brings nothing, and once for two minutes nothing comes of the new side. `restarts`:
 * prompt, and the judge's state goes through JSON before one tick in ten. `worst`: all of that.
 */
export type Delivery = 'prompt' | 'late' | 'lossy' | 'restarts' | 'worst';

/** A healthy environment. */
export interface World extends Makeup {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Part of all requests that fails when nothing happens. */
  readonly failureRate: number;
  /** Part by which traffic and failure rate swing up and down in four hours. */
  readonly swing: { readonly traffic: number; readonly failures: number };
  readonly episodes: (cast: Cast) => readonly Episode[];
  /** Durations, repeated requests and comparisons; absent where they are not simulated. */
  readonly durations?: DurationsOf;
  readonly retries?: Retries;
  readonly comparing?: Comparing;
  /** Seconds of history before the schema is touched. */
  readonly history: number;
  /** Seconds between the beginning of the change and the first exposure. */
  readonly preparation: number;
  /** What happens to the evidence on its way to the judge. */
  readonly delivery: Delivery;
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
  readonly slowdowns?: (cast: Cast) => readonly Slowdown[];
  /** Instead of what the world's comparisons find. */
  readonly mismatched?: Comparing['mismatched'];
}
