import type { LatencyTrace } from './latency-trace.ts';
import type { Population } from './population.ts';
import type { Moment } from './timeline.ts';
import type { Delivery } from './world.ts';

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
