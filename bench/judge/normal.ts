const seriesReach = 3;
const seriesTerms = 60;
const fractionTerms = 60;

/**
 * Chance that a standard normal lies below `x`. Near 0 by the series of odd powers, in the tails by
 * Laplace's continued fraction (Abramowitz & Stegun 1964, 26.2.11 and 26.2.14).
 */
export function normalBelow(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) <= seriesReach) {
    let [sum, term] = [x, x];
    for (let n = 1; n <= seriesTerms; n += 1) {
      term *= (x * x) / (2 * n + 1);
      sum += term;
    }
    return 0.5 + density * sum;
  }
  const distance = Math.abs(x);
  let fraction = distance;
  for (let n = fractionTerms; n >= 1; n -= 1) fraction = distance + n / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}
