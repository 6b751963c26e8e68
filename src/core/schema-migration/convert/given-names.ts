import type { Remark } from './conversion.ts';
import { NotConvertible } from './draft.ts';

/** A name that is given to something new, and what is to be said of it. */
export interface GivenName {
  readonly name: string;
  readonly doubts: readonly string[];
}

/** PostgreSQL cuts longer ones, in bytes. */
const longest = 63;

/**
 * The name as it is written, or as PostgreSQL would give it. Crossfade makes only names that need no
 * quotes.
 */
export function givenName(written: string, ...parts: readonly string[]): GivenName {
  const usual = written === '' ? parts.join('_') : written;
  const name = usual
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_')
    .slice(0, longest);
  if (name === usual) {
    const doubt = `name: the file gives none, so it is the one that PostgreSQL gives, ${name}`;
    return { name, doubts: written === '' ? [doubt] : [] };
  }
  const doubt = `name: ${usual} becomes ${name}, since names of what Crossfade makes need no quotes`;
  return { name, doubts: [doubt] };
}

export const remarksAt = (place: number, messages: readonly string[]): readonly Remark[] =>
  messages.map((message) => ({ place, message }));

/** What Crossfade makes has names that need no quotes. */
export function refuseName(name: string, place: number): void {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(name)) return;
  throw new NotConvertible(
    `"${name}" needs quotes, and names of what Crossfade makes are lower-case letters, digits and underscores: ` +
      `call the column ${name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()} and map it in your entity`,
    place,
  );
}
