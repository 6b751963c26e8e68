import { logFactorial } from './log-factorial.ts';
import type { Random } from './random.ts';

/** Below this mean counting up from 0 is quicker than rejection. */
const fewExpected = 12;

/** A Poisson count. Small means by inversion, others by PTRS (Hörmann 1993). */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  return mean < fewExpected ? poissonBySum(random, mean) : poissonByRejection(random, mean);
}

function poissonBySum(random: Random, mean: number): number {
  const chance = random.uniform();
  // e^-mean is at least 1 - mean: where hardly anything is expected, no exponential is needed.
  if (chance <= 1 - mean) return 0;
  let count = 0;
  let part = Math.exp(-mean);
  let sum = part;
  while (chance > sum && part > 0) {
    count += 1;
    part *= mean / count;
    sum += part;
  }
  return count;
}

function poissonByRejection(random: Random, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const inside = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= inside) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const height = Math.log((v * inverse) / (a / (us * us) + b));
    if (height <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}

/** How many of `trials` succeed, each with `chance`. Small means by inversion, others by BTRS. */
export function binomial(random: Random, trials: number, chance: number): number {
  if (trials <= 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - binomial(random, trials, 1 - chance);
  return trials * chance < fewExpected
    ? binomialBySum(random, trials, chance)
    : binomialByRejection(random, trials, chance);
}

function binomialBySum(random: Random, trials: number, chance: number): number {
  const drawn = random.uniform();
  if (drawn <= 1 - trials * chance) return 0;
  const odds = chance / (1 - chance);
  let count = 0;
  let part = Math.exp(trials * Math.log1p(-chance));
  let sum = part;
  while (drawn > sum && count < trials) {
    part *= ((trials - count) / (count + 1)) * odds;
    count += 1;
    sum += part;
  }
  return count;
}

/** Hörmann 1993, *The generation of binomial random variates*. */
function binomialByRejection(random: Random, trials: number, chance: number): number {
  const spread = Math.sqrt(trials * chance * (1 - chance));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const centre = trials * chance + 0.5;
  const inside = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(chance / (1 - chance));
  const mode = Math.floor((trials + 1) * chance);
  const peak = logFactorial(mode) + logFactorial(trials - mode);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + centre);
    if (count < 0 || count > trials) continue;
    if (us >= 0.07 && v <= inside) return count;
    const height = Math.log((v * alpha) / (a / (us * us) + b));
    const bound =
      peak - logFactorial(count) - logFactorial(trials - count) + (count - mode) * logOdds;
    if (height <= bound) return count;
  }
}

/** A geometric count of at least 1 with this mean. */
export function geometric(random: Random, mean: number): number {
  return 1 + Math.floor(Math.log(random.uniform()) / Math.log1p(-1 / mean));
}
