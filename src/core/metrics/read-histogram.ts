import type { Cohort } from '../protocol/evidence.ts';
import { WindowTally } from '../received/window-counts.ts';
import { classicHistograms } from './classic-histograms.ts';
import type { GrownHistogram, HistogramWindow } from './grown-histogram.ts';
import type { MetricAnswer } from './metric-answer.ts';
import type { CountsReading, Doubt } from './metric-reading.ts';
import { nativeHistograms } from './native-histograms.ts';
import { faultOf, tierOf, unitOf } from './read-counts.ts';
import { doubt, usableSeries } from './read-value.ts';

/** Samples of histograms: the buckets of classic ones, or native ones. `from`: start of the window. */
export interface HistogramAnswer extends Pick<HistogramWindow, 'from' | 'unit'> {
  readonly answer: MetricAnswer;
}

/**
 * How long what happened in a window took, by cohort, and how much of it there was. Instances may have
 * different buckets: each histogram keeps its own.
 */
export function readHistogram({ answer, from, unit }: HistogramAnswer): CountsReading | Doubt {
  const usable = usableSeries(answer);
  if ('verdict' in usable) return usable;
  const { list, newestAt } = usable;
  const tier = tierOf(list);
  if (tier === null || newestAt === null) return doubt('noData', '`histogram` has no result');
  const wrong = faultOf(list, 'counters');
  if (wrong !== null) return wrong;
  const grown = grownHistograms({ list, from, unit });
  if ('verdict' in grown) return grown;
  const tally = new WindowTally();
  for (const one of grown) addTo(tally, one);
  const { units, latency } = tally.counts;
  return { kind: 'counts', tier, units, latency, newestAt };
}

function grownHistograms(window: HistogramWindow): readonly GrownHistogram[] | Doubt {
  if (window.list.every(({ histograms }) => histograms === undefined))
    return classicHistograms(window);
  // An application may export both of the same durations, which would count twice.
  if (window.list.some(({ samples }) => samples.length > 0)) {
    const words = 'native histograms, and numbers beside them';
    return doubt('providerError', `${words}; a selector of one of the two is right`);
  }
  return nativeHistograms(window);
}

function addTo(tally: WindowTally, { series, requests, layout, durations }: GrownHistogram): void {
  const cohort = series.labels['cohort'] as Cohort;
  const unit = { unit: unitOf(series), cohort, requests, failed: 0 };
  const latency = { cohort, operation: 'read', layout, durations } as const;
  tally.merge({ units: [unit], latency: [latency], fault: null });
}
