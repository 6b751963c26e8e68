import type { MetricObservation } from '../../core/metrics/metric-reading.ts';

/** A query and the moment that it is asked for. `at` in epoch milliseconds. */
export interface MetricSlot {
  readonly key: string;
  readonly at: number;
}

/** What metrics systems said; written by the collector, read by ticks. */
export abstract class MetricStore {
  /** The keys of those slots that nobody has taken before: a slot is asked once, by one replica. */
  abstract claim(slots: readonly MetricSlot[]): Promise<ReadonlySet<string>>;

  /** Keeps what was learnt of each query, by its key. */
  abstract put(observations: ReadonlyMap<string, MetricObservation>): Promise<void>;

  /** Until when each query's counts are known, for those that have any. */
  abstract countedUntil(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /** The observations of each key after the given moment, oldest first; a bounded number of them. */
  abstract since(
    after: ReadonlyMap<string, number>,
  ): Promise<ReadonlyMap<string, readonly MetricObservation[]>>;

  /** Forgets what was observed longer ago than `keepMs`. */
  abstract forget(keepMs: number): Promise<void>;
}
