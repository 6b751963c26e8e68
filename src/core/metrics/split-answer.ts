import type { GroupedAnswer, MetricAnswer, MetricSeries } from './metric-answer.ts';
import type { OwnSeries } from './own-series.ts';
import { newestAt as newestOf } from './sample-times.ts';

/**
 * What each rollout would have been answered, from one answer for all of them; aligned with `owners`,
 * who are told apart by the same label. Who has no series gets an answer without any. A fault, and what
 * the system itself warned about, is everybody's.
 */
export function splitAnswer(
  answer: GroupedAnswer,
  owners: readonly OwnSeries[],
): readonly MetricAnswer[] {
  if (answer.kind !== 'series') return owners.map(() => answer);
  const byValue = new Map<string, MetricSeries[]>();
  const label = owners[0]?.label ?? '';
  for (const one of answer.series) {
    const value = one.labels[label] ?? '';
    const found = byValue.get(value);
    if (found === undefined) byValue.set(value, [one]);
    else found.push(one);
  }
  return owners.map(({ values }) => ({
    kind: 'series',
    series: values.flatMap((value) => byValue.get(value) ?? []),
    newestAt: newest(values.flatMap((value) => answer.newestAt.get(value) ?? [])),
  }));
}

/** Samples as they were scraped tell by themselves how new they are. */
export function groupedSamples(answer: MetricAnswer, label: string): GroupedAnswer {
  if (answer.kind !== 'series') return answer;
  const newestAt = new Map<string, number>();
  for (const one of answer.series) {
    const value = one.labels[label] ?? '';
    newestAt.set(value, Math.max(newestOf(one), newestAt.get(value) ?? -Infinity));
  }
  return { ...answer, newestAt };
}

function newest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.max(...times);
}
