/**
 * What a target says of itself when it is asked before a schema migration. Everything here was read,
 * nothing assumed: what the server would not tell is null. Sizes are bytes, times seconds.
 */
export interface TargetFacts {
  readonly server: ServerFacts;
  readonly role: RoleFacts;
  readonly access: AccessFacts;
  readonly tables: readonly TableFacts[];
  readonly activity: ActivityFacts;
  readonly replication: ReplicationFacts;
}

export interface ServerFacts {
  /** As `server_version_num`: 150018 is 15.18. */
  readonly version: number;
  /** True on a standby. */
  readonly inRecovery: boolean;
  /** True where transactions begin read-only. */
  readonly readOnly: boolean;
  /** Per tablespace of the touched tables. */
  readonly disks: readonly DiskFacts[];
  readonly eventTriggers: readonly EventTriggerFacts[];
}

/** `free` is null when nobody on the target says it; `source` then tells what was tried. */
export interface DiskFacts {
  readonly tablespace: string;
  readonly free: number | null;
  readonly source: string;
}

export interface EventTriggerFacts {
  readonly name: string;
  readonly event: string;
}

/** The role that works on the target, or that is asked about. */
export interface RoleFacts {
  readonly name: string;
  readonly exists: boolean;
  readonly login: boolean;
  readonly superuser: boolean;
  /** `rolinherit`; before PostgreSQL 16 it decides for all memberships at once. */
  readonly inherits: boolean;
  readonly bypassesRls: boolean;
  /** Roles whose privileges it has without SET ROLE, itself among them. */
  readonly has: readonly string[];
}

/** A privilege that a role has on something; `role` is null for PUBLIC. */
export interface AclFacts {
  readonly role: string | null;
  readonly privilege: string;
}

/** Something that belongs to a role. `name` is ready for SQL: quoted, and qualified where need be. */
export interface OwnedFacts {
  readonly name: string;
  readonly owner: string;
  readonly acl: readonly AclFacts[];
}

/** An object in a schema of Crossfade's that the role does not own; `kind` as ALTER names it. */
export interface ForeignFacts {
  readonly kind: 'SCHEMA' | 'TABLE' | 'VIEW' | 'FUNCTION';
  readonly name: string;
  readonly owner: string;
}

export interface OwnerFacts {
  readonly name: string;
  readonly superuser: boolean;
  /** Roles whose privileges it has, itself among them. */
  readonly has: readonly string[];
}

export interface AccessFacts {
  readonly database: OwnedFacts;
  /** Of the touched tables and of the types that their columns have. */
  readonly schemas: readonly OwnedFacts[];
  /** Types of the touched columns whose use is not free for everybody. */
  readonly types: readonly OwnedFacts[];
  readonly plpgsql: OwnedFacts;
  /** Tables that the migration does not touch, to which its foreign keys lead. */
  readonly leadTo: readonly OwnedFacts[];
  readonly foreign: readonly ForeignFacts[];
  /** Of everything above and of the tables. */
  readonly owners: readonly OwnerFacts[];
}

export interface TriggerFacts {
  readonly name: string;
  readonly before: boolean;
  readonly row: boolean;
  readonly onInsert: boolean;
  readonly onUpdate: boolean;
  /** `UPDATE OF` these alone; empty for any column. */
  readonly columns: readonly string[];
}

export interface RuleFacts {
  readonly name: string;
  readonly event: 'insert' | 'update' | 'delete' | 'select';
}

/** A view, materialized or not, that reads the table, and which of its columns. */
export interface ReaderFacts {
  readonly name: string;
  readonly materialized: boolean;
  readonly columns: readonly string[];
}

/** A function of the application, and which columns of the table its text names. */
export interface FunctionFacts {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A row-level security policy, and the columns that its expressions read. */
export interface RlsPolicyFacts {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A publication that the table is part of. `columns` and `filter` are null where it has none. */
export interface PublicationFacts {
  readonly name: string;
  readonly allTables: boolean;
  readonly columns: readonly string[] | null;
  readonly filter: string | null;
  readonly updates: boolean;
}

export interface TableFacts extends OwnedFacts {
  /** Bare name, as operations write it. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly tablespace: string;
  /** The heap with TOAST and maps, and all indexes. */
  readonly bytes: number;
  readonly indexBytes: number;
  /** The planner's estimate; null before the first ANALYZE or VACUUM. */
  readonly rows: number | null;
  readonly partitioned: boolean;
  readonly children: number;
  readonly parents: readonly string[];
  readonly generated: readonly string[];
  readonly rls: {
    readonly enabled: boolean;
    readonly forced: boolean;
    readonly policies: readonly RlsPolicyFacts[];
  };
  /** The application's own, enabled ones. */
  readonly triggers: readonly TriggerFacts[];
  readonly rules: readonly RuleFacts[];
  /** Other than the versions' own views. */
  readonly readers: readonly ReaderFacts[];
  /** Whose text names the table, or that its triggers call. */
  readonly functions: readonly FunctionFacts[];
  /** False when logical replication could not tell the rows of an UPDATE apart. */
  readonly identified: boolean;
  readonly publications: readonly PublicationFacts[];
  /** Subscriptions that write into the table. */
  readonly subscriptions: readonly string[];
}

export interface TransactionFacts {
  readonly pid: number;
  readonly who: string;
  readonly seconds: number;
}

export interface PreparedFacts {
  readonly gid: string;
  readonly seconds: number;
  /** The touched tables that it has locked. */
  readonly tables: readonly string[];
}

export interface ActivityFacts {
  /** The oldest open transaction of another session in this database. */
  readonly oldest: TransactionFacts | null;
  /** Two-phase transactions of this database. */
  readonly prepared: readonly PreparedFacts[];
  /**
   * Statements that read `SELECT *` of a touched table itself, by `pg_stat_statements`; null where
   * that extension is not at work.
   */
  readonly starReads: readonly { readonly table: string; readonly queryId: string }[] | null;
}

export interface ReplicaFacts {
  readonly name: string;
  readonly lag: number;
}

export interface SlotFacts {
  readonly name: string;
  readonly plugin: string | null;
  readonly active: boolean;
  /** WAL kept for it. */
  readonly retained: number | null;
  readonly walStatus: string | null;
}

export interface ReplicationFacts {
  readonly replicas: readonly ReplicaFacts[];
  /** Logical slots of this database, and all that nobody reads. */
  readonly slots: readonly SlotFacts[];
  /** True where a slot that falls behind may keep WAL until the disk is full. */
  readonly slotsUnbounded: boolean;
}
