/**
 * What tables were before contract, or are now. Names change; the server's numbers of tables, columns,
 * indexes and constraints do not, so by them the two can be told apart, whatever an operation did.
 */
export interface Standing {
  readonly tables: readonly StandingTable[];
  /** Views of the old version. */
  readonly views: readonly StandingView[];
  /** Functions of the sync; `isCalled` for one that is no trigger function, and nobody's to call. */
  readonly functions: readonly {
    readonly name: string;
    readonly isCalled: boolean;
    readonly definition: string;
  }[];
  /** Rights that the sync has lent, each as the statement that takes it back. */
  readonly lent: readonly { readonly operation: string; readonly revoke: string }[];
  /** Operations whose own statements had been carried out. */
  readonly done: readonly string[];
}

export interface StandingTable {
  readonly number: string;
  readonly schema: string;
  readonly name: string;
  /** True for one with partitions, whose indexes PostgreSQL cannot build beside writers. */
  readonly partitioned: boolean;
  /** Each as the statement that gives it. */
  readonly grants: readonly string[];
  readonly columns: readonly StandingColumn[];
  readonly constraints: readonly StandingConstraint[];
  readonly indexes: readonly StandingIndex[];
  /** Definitions of the sync's own triggers. */
  readonly triggers: readonly string[];
  /** Statistics over several columns; the name is qualified and quoted. */
  readonly statistics: readonly { readonly name: string; readonly definition: string }[];
}

export interface StandingColumn {
  readonly number: number;
  readonly name: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly identity: 'ALWAYS' | 'BY DEFAULT' | null;
  /** The sequence that goes with the column. */
  readonly sequence: StandingSequence | null;
  readonly comment: string | null;
}

export interface StandingSequence {
  /** Qualified and quoted. */
  readonly name: string;
  readonly type: string;
  /** Behind `AS IDENTITY`, in brackets. */
  readonly options: string;
  readonly grants: readonly string[];
}

export interface StandingConstraint {
  readonly number: string;
  readonly name: string;
  readonly kind: 'primary' | 'unique' | 'check' | 'foreign' | 'exclusion';
  readonly definition: string;
  readonly validated: boolean;
  readonly comment: string | null;
  /** Number of the index that enforces it; null for checks and foreign keys. */
  readonly index: string | null;
}

export interface StandingIndex {
  readonly number: string;
  readonly name: string;
  readonly unique: boolean;
  readonly valid: boolean;
  /** What stands behind ` ON ` in its definition. */
  readonly body: string;
  /** True for one that enforces a constraint. */
  readonly owned: boolean;
  readonly clustered: boolean;
  /** True when logical replication knows rows by it. */
  readonly replica: boolean;
  readonly comment: string | null;
}

export interface StandingView {
  readonly schema: string;
  readonly name: string;
  /** The query, without an end. */
  readonly definition: string;
}
