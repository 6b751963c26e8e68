/**
 * Probability that a Poisson count of mean `mean` >= 0 is at least `least`, an integer: 1 minus the sum of the
 * terms below it, so exact to about 1e-13 absolutely. Cost grows with `least`.
 */
export function poissonTail(least: number, mean: number): number {
  if (least <= 0) return 1;
  if (mean <= 0) return 0;
  let log = -mean;
  let below = Math.exp(log);
  for (let count = 1; count < least; count += 1) {
    log += Math.log(mean / count);
    below += Math.exp(log);
  }
  return Math.max(0, 1 - below);
}

/**
 * The least count that stands out where `mean` is usual: two and a half deviations above it, rounded up,
 * and at least 1. Reached by chance in at most one case of eight, mostly in far fewer.
 */
export function outstanding(mean: number): number {
  return Math.max(1, Math.ceil(mean + 2.5 * Math.sqrt(mean)));
}
