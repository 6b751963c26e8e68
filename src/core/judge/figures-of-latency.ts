import { totalCount } from '../histogram/bucket-counts.ts';
import { ownLayout, upperBound } from '../histogram/bucket-layout.ts';
import { quantile } from '../histogram/quantile.ts';
import type { EProcess } from '../statistics/e-process.ts';
import type { Figures } from './figures-of-errors.ts';
import { logLatencyHarm, logWatchHarm, logWatchNotWorse } from './latency-judge.ts';
import type { LatencyWatch } from './latency-watch.ts';
import type { Judging } from './objection.ts';
import { duration, quantileName } from './wording.ts';

/** ln of the evidence for harm from which the tail beyond the named quantiles is worth showing. */
const tailShownAbove = Math.log(10);

/**
 * The quantile that matters most: while nothing is proven asked for, the one with most evidence for
 * harm; where proof is asked for, the one with least of it.
 */
export function figuresOfLatency(
  { known, state, step }: Judging,
  watches: readonly LatencyWatch[],
  notWorse: readonly EProcess[],
): Figures {
  const judged = watches.map((watch, index) => ({
    watch,
    harm: logWatchHarm(watch),
    notWorse: watch.isNamed ? logWatchNotWorse(notWorse, index) : Infinity,
  }));
  const shown = judged.filter(({ watch, harm }) => watch.isNamed || harm > tailShownAbove);
  const worst = shown.toSorted((a, b) =>
    step.require === 'proven' && Math.max(a.harm, b.harm) < 0
      ? a.notWorse - b.notWorse
      : b.harm - a.harm,
  )[0];
  const { canary, baseline } = known;
  const samples = {
    canary: totalCount(canary.latency),
    baseline: totalCount(baseline.latency),
    units: canary.units.length,
  };
  if (worst === undefined) return nothingKnown(samples);
  const layout = state.durations.layout ?? ownLayout;
  const limit = upperBound(layout, worst.watch.limitBucket);
  const newValue = quantile(canary.latency, worst.watch.quantile, layout);
  const oldValue = quantile(baseline.latency, worst.watch.quantile, layout);
  return {
    canary: newValue,
    baseline: oldValue,
    limit,
    unit: 'seconds',
    samples,
    logHarm: logLatencyHarm(watches),
    logNotWorse: Math.min(...judged.map((one) => one.notWorse)),
    seen: words(worst.watch, newValue, oldValue, limit),
  };
}

function nothingKnown(samples: Figures['samples']): Figures {
  return {
    canary: null,
    baseline: null,
    limit: null,
    unit: 'seconds',
    samples,
    logHarm: 0,
    logNotWorse: 0,
    seen: 'too few old-side durations are known to set limits',
  };
}

function words(
  watch: LatencyWatch,
  newValue: number | null,
  oldValue: number | null,
  limit: number,
): string {
  if (newValue === null) return '';
  const old = oldValue === null ? '' : `, ${duration(oldValue)} on the old`;
  const seen = `${quantileName(watch.quantile)} is ${duration(newValue)} on the new side${old}`;
  if (watch.ratio === 1) return `${seen}; ${duration(limit)} is tolerated`;
  const more = Math.round((watch.ratio - 1) * 100);
  return `${seen}; ${more}% more operations beyond ${duration(limit)} are tolerated, since these buckets have no bound within the tolerance`;
}
