import type { BucketLayout } from '../../histogram/bucket-layout.ts';
import type { Strata } from '../latency-strata.ts';
import type { Drift, Levels } from './baseline-drift.ts';
import type { Reference } from './baseline-reference.ts';
import { type MinuteScatter, noMinutes } from './baseline-scatter.ts';
import { emptySlice, type Slice } from './baseline-slices.ts';
import type { BaselineStream } from './baseline-streams.ts';

/** The old side is worse than before; the stream that says so most, and for how long it has been calm. */
export interface BaselineHarm {
  readonly stream: number;
  /** Which time before it is worse than. */
  readonly since: 'touched' | 'step';
  /** Epoch milliseconds. */
  readonly at: number;
  /** ln of the averaged evidence at that moment. */
  readonly logHarm: number;
  readonly calmSeconds: number;
}

/** All that the baseline monitor remembers. Columns are aligned with the policy's streams. */
export interface BaselineState {
  readonly layout: BucketLayout | null;
  /** How the ramp groups differ, known when the first unit is exposed. */
  readonly strata: Strata | null;
  /** Index of the step that the last tick belonged to. */
  readonly step: number | null;
  /** All of the time before the schema was touched. */
  readonly history: Slice;
  /** The last full placebo window, and the one that is being filled. */
  readonly previous: Slice;
  readonly open: Slice;
  /** Per stream: its level in each placebo window before the schema was touched. */
  readonly levels: readonly Levels[];
  /** Per stream: what it may move by itself, learned when the schema was touched. */
  readonly drift: readonly Drift[];
  /** Per stream: durations above this bucket are counted for the scatter; null for errors. */
  readonly gauges: readonly (number | null)[];
  readonly minutes: MinuteScatter;
  /** Against the time before the schema was touched, and before the current step; null: too little known. */
  readonly touched: Reference | null;
  readonly atStep: Reference | null;
  /** Whether the schema has been touched. */
  readonly isTouched: boolean;
  /** Of late, with a half-life of 30 s, at the limits of `touched` and then of `atStep`. */
  readonly recentTotal: readonly number[];
  readonly recentBad: readonly number[];
  readonly harm: BaselineHarm | null;
  /** How often it was found so far in this step. */
  readonly episodes: number;
}

export function beginBaseline(streams: readonly BaselineStream[]): BaselineState {
  const { length } = streams;
  const both = Array.from({ length: 2 * length }, () => 0);
  return {
    layout: null,
    strata: null,
    step: null,
    history: emptySlice(length),
    previous: emptySlice(length),
    open: emptySlice(length),
    levels: streams.map(() => []),
    drift: streams.map(() => []),
    gauges: streams.map(() => null),
    minutes: noMinutes(length),
    touched: null,
    atStep: null,
    isTouched: false,
    recentTotal: both,
    recentBad: both,
    harm: null,
    episodes: 0,
  };
}
