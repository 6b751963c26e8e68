import type { ParsePayload } from 'zod/v4/core';

/** Options of a refinement that runs although other faults were found, so that all come at once. */
export const always = { when: ({ value }: ParsePayload): boolean => isMapping(value) };

/**
 * Check and options of a refinement: exactly one of `keys` must be written. Silent where none is
 * and an unknown key stands there, which is then most likely the misspelt one.
 */
export function exactlyOne(keys: readonly string[], error: string) {
  const when = ({ value, issues }: ParsePayload): boolean =>
    isMapping(value) && (countKeys(value, keys) > 0 || !issues.some(isUnknownKey));
  return [(value: unknown) => countKeys(value, keys) === 1, { when, error }] as const;
}

function isUnknownKey(issue: ParsePayload['issues'][number]): boolean {
  return issue.code === 'unrecognized_keys' && (issue.path?.length ?? 0) === 0;
}

/** How many of `keys` are written in `value`. */
export function countKeys(value: unknown, keys: readonly string[]): number {
  if (!isMapping(value)) return 0;
  return keys.filter((key) => Object.hasOwn(value, key)).length;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
