import type { MetricAnswer, MetricSeries } from './metric-answer.ts';
import type { Doubt, ValueReading } from './metric-reading.ts';

/** The value of an expression that must come to exactly one finite number. */
export function readValue(answer: MetricAnswer): ValueReading | Doubt {
  const series = usableNumbers(answer);
  if ('verdict' in series) return series;
  const [only, another] = series.list;
  if (only === undefined) return doubt('noData', 'the query has no result');
  if (another !== undefined) {
    const found = `${series.list.length} series, such as ${labelsOf(only)} and ${labelsOf(another)}`;
    return doubt('providerError', `${found}; a query that combines them, such as sum(…), is right`);
  }
  const value = only.samples.at(-1)?.[1] ?? Number.NaN;
  if (!Number.isFinite(value)) return doubt('inconclusive', `the value is ${value}`);
  if (series.newestAt === null)
    return doubt('noData', 'no series behind the query has a sample now');
  return { kind: 'value', value, newestAt: series.newestAt };
}

/** The same as `usableSeries`, of an answer that must consist of numbers. */
export function usableNumbers(answer: MetricAnswer): ReturnType<typeof usableSeries> {
  const usable = usableSeries(answer);
  if ('verdict' in usable || usable.list.every(({ histograms }) => histograms === undefined))
    return usable;
  const words = 'native histograms, where numbers are right; use histogram_quantile(…) or such';
  return doubt('providerError', words);
}

/** The series of an answer that may be relied on, or why there are none. */
export function usableSeries(
  answer: MetricAnswer,
): { readonly list: readonly MetricSeries[]; readonly newestAt: number | null } | Doubt {
  if (answer.kind === 'fault') return doubt('providerError', answer.reason);
  if (answer.kind === 'partial') return doubt('inconclusive', answer.reason);
  const overflow = answer.series.find(({ labels }) => labels['otel_metric_overflow'] === 'true');
  if (overflow !== undefined) {
    const words = 'too many label sets: the exporter merged some into otel_metric_overflow="true"';
    return doubt('providerError', `${words}; the numbers cannot be told apart any more`);
  }
  return { list: answer.series, newestAt: answer.newestAt };
}

export function doubt(verdict: Doubt['verdict'], reason: string): Doubt {
  return { kind: 'doubt', verdict, reason };
}

/** `{cohort="canary"}`, cut where it gets long. */
export function labelsOf({ labels }: MetricSeries): string {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const text = `{${words.join(',')}}`;
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
