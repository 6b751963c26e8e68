/** A column as the target's catalog describes it. */
export interface ColumnCatalog {
  readonly name: string;
  /** `format_type`, schema-qualified unless it lives in pg_catalog. */
  readonly type: string;
  /** Schema and name, quoted, where it is not the type's own. */
  readonly collation: string | null;
  readonly notNull: boolean;
  /** The default's expression; null when there is none, or when the column is generated. */
  readonly default: string | null;
  /** Identity or generated: the server fills it. */
  readonly generated: 'no' | 'identity' | 'stored' | 'virtual';
  /** What a generated column is computed from; null for others. */
  readonly expression: string | null;
  readonly comment: string | null;
  readonly traits: ColumnTraits;
}

/** What a column has besides its values, so that one that replaces it can have it too. */
export interface ColumnTraits {
  /** Schema and name, quoted; null for the type's own, as in all that follows. */
  readonly collation: string | null;
  readonly statistics: number | null;
  /** As `n_distinct=-0.5`. */
  readonly options: readonly string[];
  readonly storage: string | null;
  readonly compression: string | null;
  readonly identity: 'ALWAYS' | 'BY DEFAULT' | null;
  /** The sequence that goes with the column. */
  readonly sequence: SequenceCatalog | null;
  /** Triggers, policies and publications that name the column, in PostgreSQL's words. */
  readonly named: readonly string[];
}

/** Numbers are texts: they may be larger than a double holds. */
export interface SequenceCatalog {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly comment: string | null;
  /** Without those of its owner. */
  readonly grants: readonly GrantCatalog[];
}

/** A right on a table, or on one column of it; `role` is null for PUBLIC. */
export interface GrantCatalog {
  readonly role: string | null;
  readonly privilege: string;
  readonly column: string | null;
}

export interface ConstraintCatalog {
  readonly name: string;
  readonly kind: 'primary' | 'unique' | 'check' | 'foreign' | 'exclusion';
  readonly columns: readonly string[];
  /** `pg_get_constraintdef`: enough to build it again. */
  readonly definition: string;
  /** The bare condition of a check; null for others. */
  readonly condition: string | null;
  /** False while it holds for new rows only. */
  readonly validated: boolean;
  readonly comment: string | null;
  /** Where a foreign key leads; null for others. */
  readonly references: ReferencesCatalog | null;
  /** What PostgreSQL calls it on account of each part of where it leads; absent from what an earlier version wrote down. */
  readonly forParts?: readonly string[];
}

export interface ReferencesCatalog {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** What its definition says behind the columns: ` ON DELETE CASCADE`. */
  readonly tail: string;
}

/** An index of any kind, also one that a constraint owns. */
export interface IndexCatalog {
  readonly name: string;
  /** Columns that it holds, in its keys, behind INCLUDE, in expressions or in its condition. */
  readonly columns: readonly string[];
  /** What stands behind the table's name in its definition: `USING btree (name)`. */
  readonly body: string;
  readonly unique: boolean;
  /** False while it is being built, and for good when that ended early. */
  readonly valid: boolean;
  /** The constraint that owns it; null for a plain index. */
  readonly constraint: string | null;
  /** True when another table's foreign key leans on it. */
  readonly referenced: boolean;
  /** What it orders by, each as SQL over the row; without what it carries along. */
  readonly keys: readonly string[];
  /** Condition of the rows that it holds; null for all of them. */
  readonly where: string | null;
  /** True for one in which two NULLs are one value too many. */
  readonly nullsEqual: boolean;
  /** True when the table was clustered by it. */
  readonly clustered: boolean;
  /** True when logical replication knows rows by it. */
  readonly identity: boolean;
  readonly comment: string | null;
}

/** A foreign key that leads here. */
export interface LeaningCatalog {
  /** True for one of the table itself. */
  readonly own: boolean;
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of this table. */
  readonly leadsTo: readonly string[];
}

/** Statistics over several columns. */
export interface StatisticsCatalog {
  /** Schema and name, quoted. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The statement that makes it. */
  readonly definition: string;
}

/** A column of a version's view; `collation` is null where the type knows none. */
export interface ViewColumnCatalog {
  readonly name: string;
  readonly type: string;
  /** Schema and name, quoted. */
  readonly collation: string | null;
}

/** A part of a partitioned table, on any level. Its columns have the names that the table gives them. */
export interface PartitionCatalog {
  readonly schema: string;
  readonly name: string;
  /** What it is a part of: the table, or another part. */
  readonly parent: { readonly schema: string; readonly name: string };
  /** False for one that has parts itself, and so no row. */
  readonly leaf: boolean;
  readonly indexes: readonly PartIndexCatalog[];
  /** Checks and foreign keys. */
  readonly constraints: readonly PartConstraintCatalog[];
  /** Columns that hold no NULL here, and may elsewhere; absent from what an earlier version wrote down. */
  readonly notNull?: readonly string[];
  /** Columns of the same kind all over, which newer servers keep here by a rule of the part's own besides; absent as above. */
  readonly ownNotNull?: readonly string[];
}

export interface PartIndexCatalog extends Pick<
  IndexCatalog,
  'name' | 'valid' | 'constraint' | 'clustered' | 'identity' | 'comment'
> {
  /** The index of the parent that it is a part of; null for one of its own. */
  readonly of: string | null;
  /** Columns of one of its own; none for others. */
  readonly columns: readonly string[];
}

export interface PartConstraintCatalog extends Pick<ConstraintCatalog, 'name' | 'validated'> {
  /** True for a foreign key; absent from what an earlier version wrote down. */
  readonly foreign?: boolean;
  /** That of the parent from which it comes; null for one of its own. */
  readonly of: string | null;
  /** Columns of one of its own; none for others. */
  readonly columns: readonly string[];
}

/** Tells whoever still uses a version's view that it is gone. */
export interface StubCatalog {
  /** The version's schema. */
  readonly version: string;
  /** The schema migration that was carried out. */
  readonly by: string;
  /** Schema of the version that took its place. */
  readonly next: string;
}

export interface TableCatalog {
  readonly name: string;
  readonly owner: string;
  /** True for an ordinary table without partitions, children or parents. */
  readonly plain: boolean;
  /** Columns that decide, on any level, in which partition a row stands; null for one without partitions. */
  readonly partitionedBy: readonly string[] | null;
  /** True where an expression over columns decides it, on some level. */
  readonly placedByExpression: boolean;
  /** Those of a partitioned table, on all levels. */
  readonly partitions: readonly PartitionCatalog[];
  readonly columns: readonly ColumnCatalog[];
  /** Columns of the primary key, or of a unique index without NULLs; null when there is neither. */
  readonly key: readonly string[] | null;
  readonly constraints: readonly ConstraintCatalog[];
  readonly indexes: readonly IndexCatalog[];
  readonly grants: readonly GrantCatalog[];
  /** Columns of this table's view in each version's schema; absent when there is no such view. */
  readonly views: Readonly<Record<string, readonly ViewColumnCatalog[]>>;
  /** What contract has left in the place of this table's view. */
  readonly stubs: readonly StubCatalog[];
  readonly comment: string | null;
  readonly leaning: readonly LeaningCatalog[];
  readonly statistics: readonly StatisticsCatalog[];
  /** Names of triggers on the table. */
  readonly triggers: readonly string[];
  /** Those of others that may change a row on its way to an update. */
  readonly rewriters: readonly string[];
  /** True where policies decide who sees which row. */
  readonly rowSecurity: boolean;
}

/** What `plan` must know of a target; read at run time, or made up for a preview. */
export interface Catalog {
  readonly schemas: readonly string[];
  readonly tables: readonly TableCatalog[];
  /** Operations that have put whole tables aside. */
  readonly trash: readonly string[];
  /** Names of tables that are in the trash, whoever put them there. */
  readonly trashed: readonly string[];
  /** Operations whose own statements have been carried out. */
  readonly done: readonly string[];
  /** Names wanted for indexes and constraints, of parts as well, that another relation of their schema has already. */
  readonly taken: readonly string[];
  /** Tables of the schema that are called as those that are missing are, but for large letters and underscores. */
  readonly spelt?: readonly string[];
  /** By type as the policy writes it. */
  readonly types: Readonly<Record<string, TypeCatalog>>;
}

export interface TypeCatalog {
  readonly kind: 'plain' | 'domain' | 'missing';
  /** False for types without `=`, such as json: their changes cannot be seen. */
  readonly comparable: boolean;
}
