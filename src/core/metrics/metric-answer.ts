import type { NativeBucket } from '../histogram/native-buckets.ts';

/** One point of a series: epoch milliseconds, and a value that may be NaN or infinite. */
export type MetricSample = readonly [at: number, value: number];

/** A native histogram at epoch milliseconds; what its buckets hold, it has held since its beginning. */
export type NativeSample = readonly [at: number, buckets: readonly NativeBucket[]];

/** A series of an answer; samples oldest first, exactly one for the value of an expression. */
export interface MetricSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly MetricSample[];
  /** Absent where all samples are numbers, as nearly always. */
  readonly histograms?: readonly NativeSample[];
}

/** Why a metrics system gave no answer. */
export type MetricFault =
  /** No connection: name, network, TLS, or an address that may not be asked. */
  | 'unreachable'
  /** Connected, and silent until the deadline. */
  | 'timeout'
  /** The query is wrong: it will be refused again. */
  | 'rejected'
  /** Missing or wrong credentials. */
  | 'unauthorized'
  /** The system itself failed. */
  | 'failed'
  /** The answer, or what must be read for it, is more than anybody wants to carry. */
  | 'tooLarge'
  /** Not what such a system answers. */
  | 'malformed';

/** What came of a query. `partial`: an answer that the system itself warned about. */
export type MetricAnswer =
  | {
      readonly kind: 'series';
      readonly series: readonly MetricSeries[];
      /** Epoch milliseconds of the newest sample behind the answer; null when there is none. */
      readonly newestAt: number | null;
    }
  | { readonly kind: 'partial'; readonly reason: string }
  | { readonly kind: 'fault'; readonly fault: MetricFault; readonly reason: string };

/** What came of a query for several rollouts at once. */
export type GroupedAnswer =
  | {
      readonly kind: 'series';
      readonly series: readonly MetricSeries[];
      /** Epoch milliseconds of the newest sample behind each value of the label that tells them apart. */
      readonly newestAt: ReadonlyMap<string, number>;
    }
  | Exclude<MetricAnswer, { kind: 'series' }>;
