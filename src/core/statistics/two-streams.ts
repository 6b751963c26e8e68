/** What one tick brought: `newBad` of `newTotal` on the new side, `oldBad` of `oldTotal` on the old. */
export interface TwoStreams {
  readonly newTotal: number;
  readonly newBad: number;
  readonly oldTotal: number;
  readonly oldBad: number;
}

/** Tolerated is newRate <= ratio × oldRate + add; rates and `add` are probabilities. */
export interface Margin {
  readonly ratio: number;
  readonly add: number;
}

/** Rates at which a bet is placed: the new side's and the old side's. */
export interface RatePair {
  readonly newRate: number;
  readonly oldRate: number;
}

/**
 * `harm` bets against "newRate <= ratio × oldRate + add" and wins when the new side is worse than
 * tolerated; `notWorse` bets against "newRate >= ratio × oldRate + add".
 */
export type Direction = 'harm' | 'notWorse';

/** The highest new rate that is tolerated beside `oldRate`. */
export function toleratedRate(oldRate: number, margin: Margin): number {
  return margin.ratio * oldRate + margin.add;
}

/** Whether an alternative lies where its direction bets; elsewhere its e-variable is 1. */
export function isOnItsSide(bet: RatePair, margin: Margin, direction: Direction): boolean {
  const border = toleratedRate(bet.oldRate, margin);
  return direction === 'harm' ? bet.newRate > border : bet.newRate < border;
}
