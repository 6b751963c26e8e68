import type { MetricAnswer } from '../core/metrics/metric-answer.ts';
import type { MetricQuestion } from '../core/metrics/metric-query.ts';
import type { CountsReading, Doubt } from '../core/metrics/metric-reading.ts';
import { type OwnSeries, withCohorts } from '../core/metrics/own-series.ts';
import { readCounts } from '../core/metrics/read-counts.ts';
import { readHistogram } from '../core/metrics/read-histogram.ts';
import { askCounts, lookback } from './ask-counts.ts';
import type { MetricsProvider } from './ports/metrics-provider.ts';

/** Whose series, and the window that is asked for. Milliseconds. */
export interface SourceWindow {
  readonly own: OwnSeries;
  readonly from: number;
  readonly at: number;
  readonly intervalMs: number;
}

/** What a guard's own source tells of a window. `answer`: that of the query which says most. */
export async function askSource(
  provider: MetricsProvider,
  question: Extract<MetricQuestion, { kind: 'counts' | 'histogram' }>,
  { own, from, at, intervalMs }: SourceWindow,
): Promise<{ readonly reading: CountsReading | Doubt; readonly answer: MetricAnswer }> {
  if (question.kind === 'histogram') {
    const { histogram, unit } = question;
    const answer = await provider.samples(histogram, at - from + lookback * intervalMs, at);
    return { reading: readHistogram({ answer: withCohorts(answer, own), from, unit }), answer };
  }
  const { bad, total } = question;
  const answers = await askCounts(provider, { bad, total, from, at, intervalMs });
  const reading = readCounts({
    ...answers,
    bad: withCohorts(answers.bad, own),
    total: withCohorts(answers.total, own),
  });
  return { reading, answer: answers.total.kind === 'fault' ? answers.total : answers.bad };
}
