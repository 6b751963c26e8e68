import type { MetricSeries } from './metric-answer.ts';

/** When the oldest sample of a series was taken, epoch milliseconds; Infinity without any. */
export function oldestAt({ samples, histograms = [] }: MetricSeries): number {
  return Math.min(samples[0]?.[0] ?? Infinity, histograms[0]?.[0] ?? Infinity);
}

/** When the newest sample of a series was taken, epoch milliseconds; -Infinity without any. */
export function newestAt({ samples, histograms = [] }: MetricSeries): number {
  return Math.max(samples.at(-1)?.[0] ?? -Infinity, histograms.at(-1)?.[0] ?? -Infinity);
}
