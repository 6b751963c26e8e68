const epsilon = 2 ** -52;

/**
 * A root of `value` between `from` and `to` by Brent's method (1973, *Algorithms for minimization
 * without derivatives*, ch. 4): secant or inverse quadratic steps, bisection where these do not
 * help. On a function that jumps, as rank statistics do, the way to the root decides which point of a
 * plateau is met, so the published way is followed. Stops at `tolerance` (absolute).
 */
export function findRoot(
  value: (x: number) => number,
  from: number,
  to: number,
  tolerance: number,
): number {
  // b is the best guess, a the one before it, c the point on the other side of the root.
  let [a, b, c] = [from, to, from];
  let [fa, fb] = [value(from), value(to)];
  let fc = fa;
  for (let step = 0; step < 1_000; step += 1) {
    const before = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const least = 2 * epsilon * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= least || fb === 0) return b;
    const wanted =
      Math.abs(before) >= least && Math.abs(fa) > Math.abs(fb)
        ? interpolate({ a, b, c, fa, fb, fc }, { before, least })
        : half;
    const move = Math.abs(wanted) < least ? Math.sign(half) * least : wanted;
    [a, fa] = [b, fb];
    b += move;
    fb = value(b);
    if (fb * fc > 0) [c, fc] = [a, fa];
  }
  return b;
}

interface Points {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
}

/** The step by secant or inverse quadratic interpolation; half the bracket where that goes astray. */
function interpolate(
  { a, b, c, fa, fb, fc }: Points,
  { before, least }: { readonly before: number; readonly least: number },
): number {
  const across = c - b;
  const last = fb / fa;
  const other = fb / fc;
  const ratio = fa / fc;
  const rise =
    a === c ? across * last : last * (across * ratio * (ratio - other) - (b - a) * (other - 1));
  const run = a === c ? 1 - last : (ratio - 1) * (other - 1) * (last - 1);
  const [p, q] = rise > 0 ? [rise, -run] : [-rise, run];
  const fits = p < 0.75 * across * q - Math.abs(least * q) / 2 && p < Math.abs((before * q) / 2);
  return fits ? p / q : across / 2;
}
