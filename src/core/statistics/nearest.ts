/** The greatest number below a half. */
const almostHalf = 0.5 - 2 ** -54;

/**
 * The whole number nearest to `value`, from 0 to 2^52: what `Math.round` gives, to the last bit. It asks
 * whether to round up, which no processor can foresee; a column of thousands waits for every wrong
 * guess, and this asks nothing. With a full half, the number just below a half would become 1.
 */
export function nearest(value: number): number {
  return Math.floor(value + almostHalf);
}
