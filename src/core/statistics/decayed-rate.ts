/** Bad events and all events, older ones counting less. */
export interface DecayedRate {
  readonly total: number;
  readonly bad: number;
}

/** What happened ten minutes ago counts half. */
const halfLifeSeconds = 600;

export const noRate: DecayedRate = { total: 0, bad: 0 };

/** The counts after another tick of `seconds`. */
export function decayRate(
  rate: DecayedRate,
  tick: { readonly total: number; readonly bad: number },
  seconds: number,
): DecayedRate {
  const kept = 2 ** (-seconds / halfLifeSeconds);
  return { total: rate.total * kept + tick.total, bad: rate.bad * kept + tick.bad };
}

/** Several counts as one. */
export function addRates(rates: readonly DecayedRate[]): DecayedRate {
  return rates.reduce((a, b) => ({ total: a.total + b.total, bad: a.bad + b.bad }), noRate);
}

/**
 * A guess of the rate, strictly between 0 and 1 (half an event of a whole one is assumed beforehand).
 * As a bet in an e-variable a bad guess costs power, never validity.
 */
export function guessRate(rate: DecayedRate): number {
  return (rate.bad + 0.5) / (rate.total + 1);
}
