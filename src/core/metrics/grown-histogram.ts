import type { BucketCounts } from '../histogram/bucket-counts.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';
import type { MetricSeries } from './metric-answer.ts';

/** Durations, in whatever form a metrics system keeps them, and the window that is asked for. */
export interface HistogramWindow {
  readonly list: readonly MetricSeries[];
  /** Start of the window, epoch milliseconds. */
  readonly from: number;
  /** Of the bounds. */
  readonly unit: 's' | 'ms';
}

/** What one histogram gained in a window. */
export interface GrownHistogram {
  /** Its series, or one of them. */
  readonly series: MetricSeries;
  readonly requests: number;
  readonly layout: BucketLayout;
  readonly durations: BucketCounts;
}
