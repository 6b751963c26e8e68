import type { OneStream } from './one-sample-e-variable.ts';

/**
 * ln E of one tick against "rate <= border", with a bet on `bet` > border, both within (0, 1), for
 * events that need not be rare. The Bernoulli likelihood ratio rises with the number of bad events, so
 * its expectation rises with the true rate and is 1 at the border: an e-variable for all of the null,
 * whatever the rate does from tick to tick inside it. 0 when the bet is not above the border.
 *
 * Source: Grünwald, de Heide & Koolen 2024, *Safe testing* (one-sided exponential families).
 */
export function logAboveBernoulliE({ total, bad }: OneStream, bet: number, border: number): number {
  if (bet <= border) return 0;
  return bad * Math.log(bet / border) + (total - bad) * Math.log((1 - bet) / (1 - border));
}

/** One-sided confidence of 99.9 %. */
const z = 3.09;

/**
 * An upper bound for the rate behind `bad` of `total` events, so that what was seen for a while may
 * serve as a border: about 99.9 % for independent events (Wilson 1927, one-sided). 1 without events.
 */
export function upperRate({ total, bad }: OneStream): number {
  if (total <= 0) return 1;
  const rate = bad / total;
  const half = z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total));
  return Math.min(1, (rate + (z * z) / (2 * total) + half) / (1 + (z * z) / total));
}
