import type { BucketCounts } from '../histogram/bucket-counts.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';

/** What one point of a series tells: a count, or durations in buckets. */
export type PointValue =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'durations'; readonly layout: BucketLayout; readonly durations: BucketCounts };

/** `delta`: what happened since the point before. `cumulative`: since `startAt`. */
export type Temporality = 'delta' | 'cumulative';

/** One point of one series. Times are nanoseconds since the epoch by the sender's clock; 0 is not told. */
export interface SeriesPoint {
  readonly attributes: Readonly<Record<string, string>>;
  readonly startAt: number;
  readonly at: number;
  readonly value: PointValue;
}

/** The instruments that are taken in; all others are somebody else's. */
export const receivedInstruments = [
  'migration.operations',
  'migration.operation.duration',
] as const;

export type ReceivedInstrument = (typeof receivedInstruments)[number];

/** Points of one instrument from one sender. */
export interface ReceivedMetric {
  /** Names the sender: its resource and scope, as one text. */
  readonly sender: string;
  readonly instrument: ReceivedInstrument;
  readonly temporality: Temporality;
  readonly points: readonly SeriesPoint[];
}

/** What a message brought: metrics that can be counted, and how many points can not, and why. */
export interface ReceivedMessage {
  readonly metrics: readonly ReceivedMetric[];
  readonly refused: Refusals;
}

/** Points that were not taken in, and the first reason. */
export interface Refusals {
  readonly points: number;
  readonly reason: string | null;
}

export const noRefusals: Refusals = { points: 0, reason: null };
