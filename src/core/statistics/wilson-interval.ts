/** 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * A 95 % interval for a rate from `bad` of `total`, for people to see how much is known; never for
 * judging, since it holds for one look only. Without any event it is all of [0, 1].
 *
 * Source: Wilson 1927, *Probable inference, the law of succession, and statistical inference*.
 */
export function wilsonInterval(total: number, bad: number): readonly [number, number] {
  if (total === 0) return [0, 1];
  const rate = bad / total;
  const scale = 1 + (z * z) / total;
  const centre = (rate + (z * z) / (2 * total)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total));
  return [bad === 0 ? 0 : centre - half, bad === total ? 1 : centre + half];
}
