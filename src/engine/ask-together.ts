import type { GroupedAnswer, MetricAnswer } from '../core/metrics/metric-answer.ts';
import type { MetricReading } from '../core/metrics/metric-reading.ts';
import type { SharedQuestion } from '../core/metrics/metric-query.ts';
import { type OwnSeries, withCohorts } from '../core/metrics/own-series.ts';
import { expandRollout, expandWindow } from '../core/metrics/placeholders.ts';
import { readCounts } from '../core/metrics/read-counts.ts';
import { readHistogram } from '../core/metrics/read-histogram.ts';
import { readValue } from '../core/metrics/read-value.ts';
import { groupedSamples, splitAnswer } from '../core/metrics/split-answer.ts';
import { lookback, shapeOf } from './ask-counts.ts';
import type { MetricsProvider } from './ports/metrics-provider.ts';

/** One question for several rollouts, and its window. Milliseconds. */
export interface TogetherQuestion {
  readonly question: SharedQuestion['question'];
  /** Whose series; told apart by the same label. At least one. */
  readonly owners: readonly OwnSeries[];
  readonly from: number;
  readonly at: number;
  readonly intervalMs: number;
}

/** What each of them reads, aligned with `owners`. `answer`: that of the query which says most. */
export interface TogetherReadings {
  readonly readings: readonly MetricReading[];
  readonly answer: MetricAnswer | GroupedAnswer;
}

/** Asks a provider for several rollouts at once, and hands each what is its own. */
export async function askTogether(
  provider: MetricsProvider,
  { question, owners, from, at, intervalMs }: TogetherQuestion,
): Promise<TogetherReadings> {
  const all = everyOne(owners);
  const values = (text: string) => provider.values(expandRollout(text, all), all.label, at);
  if (question.kind === 'value') {
    const answer = await values(question.expr);
    return { readings: splitAnswer(answer, owners).map(readValue), answer };
  }
  const own = (answer: GroupedAnswer) =>
    splitAnswer(answer, owners).map((part, index) => withCohorts(part, owners[index] ?? all));
  const samples = async (text: string) => {
    const windowMs = at - from + lookback * intervalMs;
    return groupedSamples(
      await provider.samples(expandRollout(text, all), windowMs, at),
      all.label,
    );
  };
  if (question.kind === 'histogram') {
    const { histogram, unit } = question;
    const answer = await samples(histogram);
    return {
      readings: own(answer).map((part) => readHistogram({ answer: part, from, unit })),
      answer,
    };
  }
  const ask = (text: string): Promise<GroupedAnswer> =>
    shapeOf(text) === 'counters' ? samples(text) : values(expandWindow(text, at - from));
  const [bad, total] = await Promise.all([ask(question.bad), ask(question.total)]);
  const shapes = { bad: shapeOf(question.bad), total: shapeOf(question.total) };
  const ownBad = own(bad);
  const readings = own(total).map((answer, index) =>
    readCounts({ bad: ownBad[index] ?? answer, total: answer, from, shapes }),
  );
  return { readings, answer: total.kind === 'fault' ? total : bad };
}

function everyOne(owners: readonly OwnSeries[]): OwnSeries {
  const values = new Set(owners.flatMap((own) => own.values));
  return { label: owners[0]?.label ?? '', values: [...values] };
}
