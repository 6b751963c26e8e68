/** What a preflight check is about. Stable: scripts, holds and docs name it. */
export type FindingCode =
  | 'serverVersion'
  | 'readOnly'
  | 'privileges'
  | 'disk'
  | 'backup'
  | 'longTransaction'
  | 'preparedTransaction'
  | 'replicaLag'
  | 'slot'
  | 'publication'
  | 'replicaIdentity'
  | 'subscription'
  | 'eventTrigger'
  | 'trigger'
  | 'triggerOrder'
  | 'rule'
  | 'view'
  | 'function'
  | 'rowSecurity'
  | 'generatedColumn'
  | 'inheritance'
  | 'selectStar'
  | 'duplicates'
  | 'nulls'
  | 'references'
  | 'orphans'
  | 'check'
  | 'leftBehind'
  | 'unanswered'
  | 'statements'
  | 'plan';

/**
 * `blocks`: nothing is created while it stands. `warns`: a person should know. `unknown`: the target
 * does not say, and nothing is assumed.
 */
export type Severity = 'blocks' | 'warns' | 'unknown';

/** Something that a schema migration would run into. Never holds a whole value of a row. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Name of the table, ready for SQL; null when it is about the target as a whole. */
  readonly table: string | null;
  /** What is wrong, as one sentence. */
  readonly message: string;
  /** What would be right: a statement where there is one. */
  readonly remedy: string;
}
