import { type Margin, toleratedRate } from './two-streams.ts';

/**
 * The rates that are bet on, and how the first stake is divided among them. Large effects need few
 * events whatever their weight, so small ones get more of it; not knowing the effect costs about
 * 1.2 nats.
 */
export const harmWeights: readonly number[] = [0.22, 0.22, 0.2, 0.16, 0.13, 0.07];
const harmFactors: readonly number[] = [1.2, 1.6, 2.5, 5, 15, 60];
const highestHarmRate = 0.9;

/** New rates to bet on when the highest tolerated one is `border`, aligned with `harmWeights`. */
export function harmRates(border: number): readonly number[] {
  const rates: number[] = [];
  for (const factor of harmFactors) rates.push(Math.min(highestHarmRate, factor * border));
  return rates;
}

export const notWorseWeights: readonly number[] = [1 / 3, 1 / 3, 1 / 3];

/** New rates to bet on for "not worse" beside `oldRate`, aligned with `notWorseWeights`. */
export function notWorseRates(oldRate: number, margin: Margin): readonly number[] {
  return [oldRate / 2, oldRate, (oldRate + toleratedRate(oldRate, margin)) / 2];
}

export const harmOddsWeights: readonly number[] = [0.25, 0.25, 0.2, 0.15, 0.1, 0.05];
const oddsFactors: readonly number[] = [1.1, 1.25, 1.6, 2.5, 5, 15];

function timesOdds(rate: number, factor: number): number {
  const odds = (rate / (1 - rate)) * factor;
  return odds / (1 + odds);
}

/** As `harmRates`, for events that are not rare: factors of the odds, so that rates stay below 1. */
export function harmOdds(border: number): readonly number[] {
  return oddsFactors.map((factor) => timesOdds(border, factor));
}

/** Towards "not worse" the far bets are the likely ones: a tolerance leaves two equal sides wide apart. */
export const notWorseOddsWeights: readonly number[] = [...harmOddsWeights].reverse();

/** The mirror image of `harmOdds`. */
export function notWorseOdds(border: number): readonly number[] {
  return oddsFactors.map((factor) => timesOdds(border, 1 / factor));
}

export const belowWeights: readonly number[] = [0.5, 0.25, 0.25];

/** One stream against "rate >= border": a bet on no bad event at all, and two that survive one. */
export function belowRates(border: number): readonly number[] {
  return [0, border / 10, border / 3];
}
