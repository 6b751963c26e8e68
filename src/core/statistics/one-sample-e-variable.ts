/** `bad` of `total` in one tick, where nothing runs beside it to compare with. */
export interface OneStream {
  readonly total: number;
  readonly bad: number;
}

/**
 * ln E of one tick against "rate <= border", with a bet on `bet` > border > 0. Poisson likelihood,
 * exact for Bernoulli counts as well since (1+z)^n <= e^(nz). 0 when the bet is not above the border.
 */
export function logAboveE({ total, bad }: OneStream, bet: number, border: number): number {
  if (bet <= border) return 0;
  return bad * Math.log(bet / border) - total * (bet - border);
}

/**
 * ln E of one tick against "rate >= border", with a bet on 0 <= `bet` < border < 1. The Bernoulli
 * likelihood ratio falls as the true rate rises, so it is an e-variable for all of the null. A bet on
 * 0 is lost for good (-Infinity) by the first bad event. 0 when the bet is not below the border.
 */
export function logBelowE({ total, bad }: OneStream, bet: number, border: number): number {
  if (bet >= border) return 0;
  const good = (total - bad) * Math.log((1 - bet) / (1 - border));
  return bad === 0 ? good : good + bad * Math.log(bet / border);
}

/**
 * ln E of one trial against "it happens with a probability of at most `border`", with a bet on
 * `bet` > border, both within (0, 1). 0 when the bet is not above the border.
 */
export function logOftenerE(happened: boolean, bet: number, border: number): number {
  if (bet <= border) return 0;
  return happened ? Math.log(bet / border) : Math.log((1 - bet) / (1 - border));
}
