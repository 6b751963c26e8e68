import type { MetricObservation } from '../../src/core/metrics/metric-reading.ts';

/** How often the provider of metrics is asked. Milliseconds. */
export const providerEveryMs = 1_000;

/** A provider of metrics as a collector sees it: a value for whatever it is asked, or no answer. */
export class SimulatedProvider {
  isAway = false;
  value = 1;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** One round for each query of which nothing newer is known, as far as the clock has come. */
  since(
    wanted: ReadonlyMap<string, number>,
  ): Promise<ReadonlyMap<string, readonly MetricObservation[]>> {
    const now = this.#now();
    const at = now - (now % providerEveryMs);
    const reading: MetricObservation['reading'] = this.isAway
      ? { kind: 'doubt', verdict: 'providerError', reason: 'main cannot be reached' }
      : { kind: 'value', value: this.value, newestAt: at };
    const fresh = [...wanted].filter(([, since]) => at > since);
    const one = [{ from: at - providerEveryMs, at, reading }];
    return Promise.resolve(new Map(fresh.map(([key]) => [key, one])));
  }
}
