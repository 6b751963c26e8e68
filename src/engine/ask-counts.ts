import { expandWindow, hasWindow } from '../core/metrics/placeholders.ts';
import type { CountsAnswers, CountsShape } from '../core/metrics/read-counts.ts';
import type { MetricsProvider } from './ports/metrics-provider.ts';

/** Samples from so many intervals before a window tell what counters began it with. */
export const lookback = 4;

/** The two queries of a source, and the window `from` to `at` that they are asked for. Milliseconds. */
export interface CountsQuestion {
  readonly bad: string;
  readonly total: string;
  readonly from: number;
  readonly at: number;
  readonly intervalMs: number;
}

/** Asks a provider for what went wrong and what happened at all, each in the shape that its query has. */
export async function askCounts(
  provider: MetricsProvider,
  { bad, total, from, at, intervalMs }: CountsQuestion,
): Promise<CountsAnswers> {
  const ask = (text: string) =>
    shapeOf(text) === 'counters'
      ? provider.samples(text, at - from + lookback * intervalMs, at)
      : provider.value(expandWindow(text, at - from), at);
  const [answeredBad, answeredTotal] = await Promise.all([ask(bad), ask(total)]);
  const shapes = { bad: shapeOf(bad), total: shapeOf(total) };
  return { bad: answeredBad, total: answeredTotal, from, shapes };
}

export function shapeOf(text: string): CountsShape {
  return hasWindow(text) ? 'window' : 'counters';
}
