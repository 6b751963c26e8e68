/** How the rows of one new column are filled and compared; `$1` and `$2` bound a range of keys. */
export interface Movement {
  /** For messages: `users.birthdate`. */
  readonly place: string;
  /** The end of a range of at most `$2` rows: `key`. */
  readonly bound: string;
  readonly fill: string;
  /** `suspects`. */
  readonly compare: string;
}

/** What a schema migration came to on a database in the old shape, statement by statement. */
export interface TriedMigration {
  readonly expand: readonly string[];
  readonly movements: readonly Movement[];
  /** When the rows are there. */
  readonly index: readonly string[];
  readonly contract: readonly string[];
  /** What takes the new shape away again before contract. */
  readonly retire: readonly string[];
}

/** How much of a migration is written out. */
export type EmittedPart = 'expand' | 'contract' | 'all';
