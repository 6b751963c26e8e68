import type { Cohort } from '../protocol/evidence.ts';
import { explicitDurations } from '../received/durations-point.ts';
import { WindowTally } from '../received/window-counts.ts';
import { increments, targetsBefore } from './increments.ts';
import type { MetricAnswer, MetricSeries } from './metric-answer.ts';
import type { CountsReading, Doubt } from './metric-reading.ts';
import { faultOf, tierOf, unitOf } from './read-counts.ts';
import { doubt, labelsOf, usableSeries } from './read-value.ts';

/** Samples of a histogram's buckets. `from`: start of the window, epoch milliseconds. */
export interface HistogramAnswer {
  readonly answer: MetricAnswer;
  readonly from: number;
  /** Of the bounds that the label `le` names. */
  readonly unit: 's' | 'ms';
}

/** What grew in one histogram: how many durations were at most as long as each bound, by its seconds. */
interface Histogram {
  readonly first: MetricSeries;
  readonly upTo: Map<number, number>;
}

/**
 * How long what happened in a window took, by cohort, and how much of it there was. Instances may have
 * different bounds: each histogram keeps its own. A classic histogram of Prometheus is a counter for
 * each bound, `le`, that counts all shorter durations too.
 */
export function readHistogram({ answer, from, unit }: HistogramAnswer): CountsReading | Doubt {
  const usable = usableSeries(answer);
  if ('verdict' in usable) return usable;
  const { list, newestAt } = usable;
  const tier = tierOf(list);
  if (tier === null || newestAt === null) return doubt('noData', '`histogram` has no result');
  const wrong = faultOf(list, 'counters');
  if (wrong !== null) return wrong;
  const tally = new WindowTally();
  for (const histogram of histogramsOf(list, from, unit)) {
    const fault = addTo(tally, histogram);
    if (fault !== null) return fault;
  }
  const { units, latency } = tally.counts;
  return { kind: 'counts', tier, units, latency, newestAt };
}

function histogramsOf(
  list: readonly MetricSeries[],
  from: number,
  unit: HistogramAnswer['unit'],
): Iterable<Histogram> {
  const grown = increments(list, from, targetsBefore(list, from));
  const found = new Map<string, Histogram>();
  for (const [index, one] of list.entries()) {
    const { le = '', ...labels } = one.labels;
    const key = JSON.stringify(labels);
    const histogram = found.get(key) ?? { first: one, upTo: new Map() };
    found.set(key, histogram);
    const bound = le === '+Inf' ? Infinity : le === '' ? Number.NaN : Number(le);
    histogram.upTo.set(unit === 'ms' ? bound / 1000 : bound, Math.round(grown[index] ?? 0));
  }
  return found.values();
}

function addTo(tally: WindowTally, { first, upTo }: Histogram): Doubt | null {
  const bounds = [...upTo.keys()].toSorted((a, b) => a - b);
  const sums = bounds.map((bound) => upTo.get(bound) ?? 0);
  // Buckets of one scrape belong together, but for a target that was born in between.
  const counts = sums.map((sum, index) => Math.max(0, sum - (sums[index - 1] ?? 0)));
  const read = bounds.at(-1) === Infinity ? explicitDurations(bounds.slice(0, -1), counts) : null;
  if (read === null) {
    const words = `the series of ${labelsOf(first)} are no histogram`;
    return doubt('providerError', `${words}; buckets have the label \`le\`, up to \`+Inf\``);
  }
  const cohort = first.labels['cohort'] as Cohort;
  const { layout, durations } = read;
  const unit = { unit: unitOf(first), cohort, requests: sums.at(-1) ?? 0, failed: 0 };
  const latency = { cohort, operation: 'read', layout, durations } as const;
  tally.merge({ units: [unit], latency: [latency], fault: null });
  return null;
}
