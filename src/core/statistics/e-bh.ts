/**
 * Which of many null hypotheses are rejected by their e-values, so that of those rejected at most a
 * part `level` is false in expectation, however the e-values depend on each other: the k largest, for
 * the greatest k at which the k-th largest is at least n / (k × level). Takes natural logarithms,
 * returns indices, largest first.
 *
 * Source: Wang & Ramdas 2022, *False discovery rate control with e-values* (e-BH).
 */
export function rejectedByEBH(
  logE: readonly number[],
  level: number,
  hypotheses = logE.length,
): readonly number[] {
  // What speaks for the hypothesis is never among them: most do, so few are sorted.
  const order: number[] = [];
  for (let index = 0; index < logE.length; index += 1)
    if ((logE[index] ?? 0) > 0) order.push(index);
  order.sort((a, b) => (logE[b] ?? 0) - (logE[a] ?? 0));
  let rejected = 0;
  for (const [rank, index] of order.entries()) {
    if ((logE[index] ?? 0) >= Math.log(hypotheses / ((rank + 1) * level))) rejected = rank + 1;
  }
  return order.slice(0, rejected);
}
