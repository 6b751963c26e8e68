import type { TwoStreams } from './two-streams.ts';

/** What the ratio of two rates is estimated from, added up tick by tick. */
export interface RatioSums {
  /** Σ newBad × oldTotal / (newTotal + oldTotal), and the same with the sides exchanged. */
  readonly fromNew: number;
  readonly fromOld: number;
  /** Σ bad × t (1 - t), where t is the new side's part of the exposure: variance of the score. */
  readonly information: number;
}

export const noRatio: RatioSums = { fromNew: 0, fromOld: 0, information: 0 };

/** The sums after a tick; a tick without one of the two sides compares nothing. */
export function addToRatio(sums: RatioSums, tick: TwoStreams): RatioSums {
  const { newTotal, newBad, oldTotal, oldBad } = tick;
  if (newTotal <= 0 || oldTotal <= 0) return sums;
  const part = newTotal / (newTotal + oldTotal);
  return {
    fromNew: sums.fromNew + newBad * (1 - part),
    fromOld: sums.fromOld + oldBad * part,
    information: sums.information + (newBad + oldBad) * part * (1 - part),
  };
}

export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** The interval is narrowest, for what it promises, once this much information has come in. */
const bestAt = 10;

/**
 * How far a martingale with variance `variance` ever strays, except with probability `level`: the
 * normal mixture bound √((v + ρ) ln((v + ρ) / (ρ × level²))).
 *
 * Source: Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021, *Time-uniform, nonparametric,
 * nonasymptotic confidence sequences*.
 */
export function normalMixtureBound(variance: number, level: number): number {
  const reach = variance + bestAt;
  return Math.sqrt(reach * Math.log(reach / (bestAt * level * level)));
}

/**
 * New rate over old rate, pooled over ticks so that what strikes both sides at the same time cancels,
 * with an interval that may be looked at all the time (95 %, approximate: the score is taken as
 * normal, `dispersion` widens it for failures that come in clusters). For people, never for judging.
 * Null while one of the sides had no failure.
 *
 * Source: Mantel & Haenszel 1959, *Statistical aspects of the analysis of data from retrospective
 * studies of disease*; the interval is the score's, on the logarithm.
 */
export function ratioInterval(sums: RatioSums, dispersion: number): RatioInterval | null {
  const { fromNew, fromOld, information } = sums;
  if (fromNew <= 0 || fromOld <= 0 || information <= 0) return null;
  const ratio = fromNew / fromOld;
  const half = normalMixtureBound(dispersion * information, 0.05) / information;
  return { ratio, low: ratio * Math.exp(-half), high: ratio * Math.exp(half) };
}
