import { z } from 'zod';

/** What somebody calls themselves in a request. */
export const person = z.string().min(1).max(100);

/** Who asks, as it is written down: what they call themselves is only said, the token is known. */
export function saidBy(name: string | undefined, token: string): string {
  return name === undefined ? token : `${name} (${token})`;
}
