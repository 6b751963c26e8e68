/** A row in quarantine, so described that it can be shown to anybody: its key and why, never a value. */
export interface KeptRow {
  /** `users(1)`. */
  readonly row: string;
  /** What the new shape calls what could not be filled: `users.birthdate`. */
  readonly place: string;
  /** `up`: from the old shape to the new one. */
  readonly direction: 'up' | 'down';
  readonly kind: 'error' | 'loss';
  /** As the server said it; null where it said nothing. */
  readonly reason: string | null;
}

/** How many of them are listed. */
export const LISTED_ROWS = 20;

/** A server quotes the values that it stumbles over, and names as well: neither is shown, only how long it is. */
export function withoutValues(message: string): string {
  return message.replaceAll(
    /"(?:[^"]|"")*("|$)|'(?:[^']|'')*('|$)/g,
    (quoted, double: string | undefined, single: string | undefined) => {
      const isClosed = Boolean(double) || Boolean(single);
      const length = quoted.length - (isClosed ? 2 : 1);
      return `… (${length} characters)`;
    },
  );
}
