import { CrossfadeError } from '../core/errors.ts';

/** PostgreSQL keeps 63 bytes of a name. */
const longest = 63;

/**
 * The role that a person asks about, as the catalog spells it; null when none is named. Any name will
 * do, since it is quoted wherever it goes. Throws `invalidInput`.
 */
export function parseRole(role: unknown): string | null {
  if (role === undefined || role === '') return null;
  const fits = typeof role === 'string' && new TextEncoder().encode(role).length <= longest;
  if (fits && !/\p{Cc}/u.test(role)) return role;
  throw new CrossfadeError(
    'invalidInput',
    `role: expected the name of one role, within ${longest} bytes and without control characters`,
  );
}
