/**
 * A row whose two shapes differ, so described that it can be shown to anybody: its key, and of its values
 * nothing but their kind of difference and their lengths.
 */
export interface DifferingRow {
  /** `users(1)`. */
  readonly row: string;
  /** Empty for rows beyond the first few of a job. */
  readonly columns: readonly DifferingColumn[];
}

export interface DifferingColumn {
  /** What the new shape calls it: `users.birthdate`, or a table whose row is not there. */
  readonly place: string;
  /** `missing`: the new shape holds nothing; `extra`: the old one does not; else both hold something. */
  readonly kind: 'missing' | 'extra' | 'differs';
  /** Characters of the value's text on each side; null where there is none. */
  readonly old: number | null;
  readonly new: number | null;
}

/** How many rows of a job are described. */
export const DESCRIBED_ROWS = 20;
