import { z } from 'zod';

/** What somebody calls themselves in a request; never as the server says whom it knows. */
export const person = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^()\p{Cc}\p{Cf}]*$/u, 'a name has no parentheses and no control characters')
  .refine((who) => who !== 'crossfade', 'crossfade is the machine itself; name the person');

/** Who asks, as the server knows them. */
export interface Caller {
  /** What the token is called, or the person who signed in. */
  readonly name: string;
  /** Whom the identity provider knows; null where a token was presented. */
  readonly person: string | null;
}

/**
 * Who asks, as it is written down: `ana (token ci-deploy)`. A name that comes with a request is only said, and the token
 * behind it is known; whoever signed in has a name already, and cannot take another.
 */
export function saidBy(name: string | undefined, caller: Caller): string {
  const known = callerWords(caller);
  return name === undefined || caller.person !== null ? known : `${name} (${known})`;
}

/** `token ci-deploy`, or `ana@example.com (signed in)`. */
export function callerWords({ name, person: known }: Caller): string {
  const plain = name.replaceAll(/[()\p{Cc}\p{Cf}]+/gu, ' ');
  return known === null ? `token ${plain}` : `${plain} (signed in)`;
}
