import type { MetricSeries } from './metric-answer.ts';
import { oldestAt } from './sample-times.ts';

/**
 * How much each counter grew after `from` (epoch milliseconds), aligned with `series`. Samples before
 * `from` are where the growth is counted from; the samples themselves are the scrapes, so nothing is
 * extrapolated. A counter that fell has been reset: it counts from 0.
 *
 * A counter without a sample up to `from` was born since: its whole value counts if its target is one
 * of `known`, which were scraped before, so that it cannot have been there. Of a target that itself
 * is new nothing counts before its second scrape: it may be an old one that could not be scraped.
 */
export function increments(
  series: readonly MetricSeries[],
  from: number,
  known: ReadonlySet<string>,
): readonly number[] {
  return series.map((one) => grownBy(one, from, known.has(targetOf(one))));
}

/** The targets that were scraped up to `from`, by job and instance. */
export function targetsBefore(series: readonly MetricSeries[], from: number): ReadonlySet<string> {
  return new Set(series.filter((one) => oldestAt(one) <= from).map(targetOf));
}

/** What was scraped to get a series. */
export function targetOf({ labels }: MetricSeries): string {
  return JSON.stringify([labels['job'], labels['instance']]);
}

function grownBy({ samples }: MetricSeries, from: number, targetIsKnown: boolean): number {
  let before = targetIsKnown ? 0 : null;
  let grown = 0;
  for (const [at, value] of samples) {
    if (at > from && before !== null) grown += value >= before ? value - before : value;
    before = value;
  }
  return grown;
}
