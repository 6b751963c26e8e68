/**
 * Draws 0 to `count - 1`, where rank r has a weight of 1 / r^exponent: few tenants make most of the
 * traffic, as in production. Returns the rank as an index from 0.
 */
export function zipf(count: number, exponent: number, random: () => number): () => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += rank ** -exponent;
    upTo.push(sum);
  }
  return () => {
    const drawn = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? sum) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
