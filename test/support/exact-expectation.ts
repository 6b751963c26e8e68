import type { RatePair, TwoStreams } from '../../src/core/statistics/two-streams.ts';

/** Natural logarithms of k! for k up to `most`, by plain summation. */
function logFactorials(most: number): readonly number[] {
  const logs = [0];
  for (let k = 1; k <= most; k += 1) logs.push((logs[k - 1] ?? 0) + Math.log(k));
  return logs;
}

function binomialWeights(total: number, rate: number): readonly number[] {
  const logs = logFactorials(total);
  return Array.from({ length: total + 1 }, (_, k) => {
    const choose = (logs[total] ?? 0) - (logs[k] ?? 0) - (logs[total - k] ?? 0);
    const hit = k === 0 ? 0 : k * Math.log(rate);
    const miss = k === total ? 0 : (total - k) * Math.log1p(-rate);
    return Math.exp(choose + hit + miss);
  });
}

/**
 * The expectation of e^logE over all outcomes of `newTotal` and `oldTotal` independent events at the
 * true rates: a sum over every pair of counts that shares nothing with the code it checks.
 */
export function expectationOfE(
  totals: Pick<TwoStreams, 'newTotal' | 'oldTotal'>,
  truth: RatePair,
  logE: (counts: TwoStreams) => number,
): number {
  const newWeights = binomialWeights(totals.newTotal, truth.newRate);
  const oldWeights = binomialWeights(totals.oldTotal, truth.oldRate);
  let sum = 0;
  for (const [newBad, newWeight] of newWeights.entries()) {
    for (const [oldBad, oldWeight] of oldWeights.entries()) {
      if (newWeight * oldWeight === 0) continue;
      sum += newWeight * oldWeight * Math.exp(logE({ ...totals, newBad, oldBad }));
    }
  }
  return sum;
}
