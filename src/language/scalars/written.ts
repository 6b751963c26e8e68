import { z } from 'zod';

/**
 * A value written as text in a form of its own, such as `10m` or `5%`.
 * @param expectation what would be right, with an example; ends a sentence that starts "expected".
 * @param pattern what an editor can check.
 * @param read gives the value, or undefined where the pattern is met and it is wrong all the same.
 */
export function written<T>(
  expectation: string,
  pattern: RegExp,
  read: (text: string) => T | undefined,
) {
  const message = `expected ${expectation}`;
  return z
    .string({ error: message })
    .regex(pattern, { error: message })
    .transform((text, context): T => {
      const value = read(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    });
}
