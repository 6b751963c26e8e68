/** What is known of a service's traffic before a rollout. Rates are per second, parts 0 to 1. */
export interface ForecastTraffic {
  readonly requestsPerSecond: number;
  /** Active units, old and new together. */
  readonly units: number;
  /** How unevenly units share the traffic: the k-th busiest has a part in proportion to k^-zipf. */
  readonly zipf: number;
  /** Part of the old side's requests that fail. */
  readonly oldErrors: number;
  /** Part of the requests that are reads. */
  readonly reads: number;
  /** Shadow comparisons of all units together; null: the sampled part of the reads. */
  readonly comparisonsPerSecond: number | null;
  /** Median and p99 of the old side's durations, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What is assumed where nothing is said. */
export const usualTraffic: ForecastTraffic = {
  requestsPerSecond: 100,
  units: 100,
  zipf: 1.1,
  oldErrors: 0.001,
  reads: 0.8,
  comparisonsPerSecond: null,
  p50Ms: 40,
  p99Ms: 400,
};

/** Part of the traffic of each unit, busiest first; sums to 1. */
export function trafficParts({ units, zipf }: ForecastTraffic): readonly number[] {
  const weights = Array.from({ length: units }, (_, rank) => (rank + 1) ** -zipf);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / whole);
}

/** The exponent at which the busiest of `units` has the part `largest`; 0 when all are alike. */
export function zipfOf(units: number, largest: number): number {
  let [low, high] = [0, 10];
  for (let round = 0; round < 60; round += 1) {
    const zipf = (low + high) / 2;
    const first = trafficParts({ ...usualTraffic, units, zipf })[0] ?? 1;
    if (first < largest) low = zipf;
    else high = zipf;
  }
  return (low + high) / 2;
}

/**
 * Part of the old side's durations above `seconds`: log-logistic through the given p50 and p99, which
 * has a closed form and a tail as heavy as that of services. A convention, not a law.
 */
export function slowerThan({ p50Ms, p99Ms }: ForecastTraffic, seconds: number): number {
  const shape = Math.log(99) / Math.log(Math.max(1.01, p99Ms / p50Ms));
  return 1 / (1 + ((1000 * seconds) / p50Ms) ** shape);
}
