import { z } from 'zod';

/** A whole number of at least `least`. */
export function whole(least: number) {
  const error = `expected a whole number of at least ${least}`;
  return z.int({ error }).min(least, { error }).max(1_000_000_000, { error });
}

/** Any finite number. */
export const decimal = z.number({ error: 'expected a number' });
