import type { DocumentKey } from '../documents/document-key.ts';
import type { SetChange } from '../documents/plan-set.ts';
import type { Fault } from '../errors.ts';

/** Where the documents of a set came from, as whoever applied them says. */
export interface SetOrigin {
  /** The commit that the folder was at; null where nobody said. */
  readonly commit: string | null;
  /** Whether the folder had changes that are in no commit. */
  readonly dirty: boolean;
}

/** A set as it was applied last. */
export interface AppliedSet extends SetOrigin {
  /** First 12 hexadecimal digits of SHA-256 over its documents. */
  readonly revision: string;
  readonly appliedBy: string;
  /** Epoch milliseconds. */
  readonly appliedAt: number;
}

/** A document of a set that somebody has applied over it. */
export interface DriftedDocument extends DocumentKey {
  /** As the set has it. */
  readonly wanted: string;
  /** As it is applied. */
  readonly applied: string;
  readonly appliedBy: string;
  readonly appliedAt: number;
}

/** What a folder holds and cannot be applied. */
export interface FollowFault {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly commit: string | null;
  readonly message: string;
  readonly faults: readonly Fault[];
}

/** A folder that a server follows. */
export interface FollowView {
  readonly folder: string;
  /** The server that has its turn. */
  readonly by: string;
  /** Null while the last good revision is the newest. */
  readonly fault: FollowFault | null;
}

/** Documents that are applied together, as they stand. */
export interface DocumentSetView {
  readonly name: string;
  /** Null where nothing of it was ever good. */
  readonly applied: AppliedSet | null;
  /** How many documents it has. */
  readonly documents: number;
  /** No longer in it, and still applied. */
  readonly absent: readonly DocumentKey[];
  readonly drifted: readonly DriftedDocument[];
  /** Null where no server follows it. */
  readonly follow: FollowView | null;
}

/** What applying a set did, or would do. */
export interface SetOutcome extends SetOrigin {
  readonly name: string;
  readonly revision: string;
  /** The wanted documents in their order, then those that the set no longer has. */
  readonly changes: readonly SetChange[];
}
