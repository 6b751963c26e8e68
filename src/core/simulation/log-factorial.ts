const tabled = 256;
const table = new Float64Array(tabled);
for (let n = 2; n < tabled; n += 1) table[n] = (table[n - 1] ?? 0) + Math.log(n);

/** ln n! for a whole number: tabled, beyond 255 by Stirling's series (error below 1e-13). */
export function logFactorial(n: number): number {
  const known = table[n];
  if (known !== undefined) return known;
  const inverse = 1 / n;
  return (
    (n + 0.5) * Math.log(n) -
    n +
    0.5 * Math.log(2 * Math.PI) +
    inverse / 12 -
    (inverse * inverse * inverse) / 360
  );
}
