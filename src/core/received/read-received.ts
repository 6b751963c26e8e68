import type { CountsReading, Doubt } from '../metrics/metric-reading.ts';
import { doubt } from '../metrics/read-value.ts';
import { type WindowCounts, WindowTally } from './window-counts.ts';

/** What was received in a window, as guards read it. `newestAt`: when anything came last. */
export function readReceived(received: {
  readonly windows: readonly WindowCounts[];
  readonly newestAt: number | null;
}): CountsReading | Doubt {
  const { windows, newestAt } = received;
  if (newestAt === null) return doubt('noData', 'nothing has been sent to /v1/metrics lately');
  const tally = new WindowTally();
  for (const window of windows) tally.merge(window);
  const { units, latency, fault } = tally.counts;
  if (fault !== null) return doubt('providerError', fault);
  return { kind: 'counts', tier: 'bucket', units, latency, newestAt };
}
