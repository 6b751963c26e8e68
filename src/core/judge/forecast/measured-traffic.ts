import { ownLayout } from '../../histogram/bucket-layout.ts';
import { quantile } from '../../histogram/quantile.ts';
import { pooled } from '../grouped-durations.ts';
import { type JudgeState } from '../judge-state.ts';
import { pastRate } from '../units/unit-past.ts';
import { type ForecastTraffic, usualTraffic, zipfOf } from './population.ts';

/** What no evidence tells, so that the usual figure stands in for it. */
export type Assumed = 'reads' | 'durations';

/** A service's traffic as the judge saw it on the old side before the first exposure. */
export interface MeasuredTraffic {
  readonly traffic: ForecastTraffic;
  readonly assumed: readonly Assumed[];
}

/** With less than a minute of it a rate is a guess. */
const fewestSeconds = 60;

/**
 * The traffic that a forecast can rest on: requests per second, units, the exponent at which the busiest
 * one has the part that it had, failures per request (votes, see `units/votes.ts`), p50 and p99. Null
 * with less than a minute of history, or of one unit alone.
 */
export function measuredTraffic({
  history: { seconds },
  units: { past, known },
  durations,
}: JudgeState): MeasuredTraffic | null {
  const active = past.requests.filter((requests) => requests > 0);
  if (seconds < fewestSeconds || active.length < 2) return null;
  const requests = active.reduce((sum, one) => sum + one, 0);
  const largest = active.reduce((most, one) => Math.max(most, one), 0) / requests;
  const seen = pooled(durations.history);
  const millis = (part: number, usual: number): number => {
    const found = quantile(seen, part, durations.layout ?? ownLayout);
    return found === null ? usual : 1_000 * found;
  };
  return {
    traffic: {
      ...usualTraffic,
      requestsPerSecond: requests / seconds,
      units: active.length,
      zipf: zipfOf(active.length, largest),
      oldErrors: known?.rate ?? pastRate(past),
      p50Ms: millis(0.5, usualTraffic.p50Ms),
      p99Ms: millis(0.99, usualTraffic.p99Ms),
    },
    assumed: seen.counts.length === 0 ? ['reads', 'durations'] : ['reads'],
  };
}
