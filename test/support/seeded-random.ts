/** A stream of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many events of a Poisson stream fall into one tick. */
export function poisson(mean: number, random: Random): number {
  let events = 0;
  let part = Math.exp(-mean);
  let below = part;
  const drawn = random();
  while (drawn > below && events < 10_000) {
    events += 1;
    part *= mean / events;
    below += part;
  }
  return events;
}

/** How many of `total` come out true when each does with probability `rate`. */
export function binomial(total: number, rate: number, random: Random): number {
  let hits = 0;
  for (let trial = 0; trial < total; trial += 1) if (random() < rate) hits += 1;
  return hits;
}

/** A standard normal number (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
