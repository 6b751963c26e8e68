import { z } from 'zod';

/**
 * A mapping with these keys and no others. The message of an unknown key is the list of the known
 * ones, from which `describeIssue` picks the nearest.
 * @param wrongType what is expected, where something else than a mapping stands.
 */
export function mapping<const S extends z.core.$ZodLooseShape>(
  shape: S,
  wrongType = 'expected a mapping',
) {
  return z.strictObject(shape, {
    error: ({ code }) => {
      if (code === 'unrecognized_keys') return Object.keys(shape).join(' ');
      return code === 'invalid_type' ? wrongType : undefined;
    },
  });
}
