import type { Change } from './change.ts';

/** A unique or primary key on its way. */
export interface WantedKey {
  /** Until contract; ours alone. */
  readonly interim: string;
  readonly name: string;
  readonly kind: 'unique' | 'primary';
  /** Where the values stand until contract. */
  readonly columns: readonly string[];
  /** What stands behind the table's name in the definition of its index. */
  readonly body: string;
  /** The constraint, by the names that the columns have when it is made: `UNIQUE ("a", "b")`. */
  readonly definition: string;
}

/** What an operation that makes a key does for it. */
export type KeySteps = Required<Pick<Change, 'index' | 'seal' | 'rename' | 'retire'>>;
