import { explicitDurations } from '../received/durations-point.ts';
import type { GrownHistogram, HistogramWindow } from './grown-histogram.ts';
import { increments, targetsBefore } from './increments.ts';
import type { MetricSeries } from './metric-answer.ts';
import type { Doubt } from './metric-reading.ts';
import { doubt, labelsOf } from './read-value.ts';

/** What grew in one histogram: how many durations were at most as long as each bound, by its seconds. */
interface Cumulative {
  readonly first: MetricSeries;
  readonly upTo: Map<number, number>;
}

/** Of classic histograms of Prometheus: a counter for each bound, `le`, that counts all shorter durations too. */
export function classicHistograms(window: HistogramWindow): readonly GrownHistogram[] | Doubt {
  const grown: GrownHistogram[] = [];
  for (const histogram of cumulativeOf(window)) {
    const read = grownOf(histogram);
    if ('verdict' in read) return read;
    grown.push(read);
  }
  return grown;
}

function cumulativeOf({ list, from, unit }: HistogramWindow): Iterable<Cumulative> {
  const grown = increments(list, from, targetsBefore(list, from));
  const found = new Map<string, Cumulative>();
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

function grownOf({ first, upTo }: Cumulative): GrownHistogram | Doubt {
  const bounds = [...upTo.keys()].toSorted((a, b) => a - b);
  const sums = bounds.map((bound) => upTo.get(bound) ?? 0);
  // Buckets of one scrape belong together, but for a target that was born in between.
  const counts = sums.map((sum, index) => Math.max(0, sum - (sums[index - 1] ?? 0)));
  const read = bounds.at(-1) === Infinity ? explicitDurations(bounds.slice(0, -1), counts) : null;
  if (read === null) {
    const words = `the series of ${labelsOf(first)} are no histogram`;
    return doubt('providerError', `${words}; buckets have the label \`le\`, up to \`+Inf\``);
  }
  return { ...read, series: first, requests: sums.at(-1) ?? 0 };
}
