import type { DocumentKey, DocumentStamp } from '../../core/documents/document-key.ts';
import type {
  AppliedSet,
  DriftedDocument,
  SetOrigin,
} from '../../core/protocol/document-set-view.ts';
import type { StoredDocument } from './document-store.ts';

/** A document that a set has applied. */
export interface SetMember extends DocumentStamp {
  readonly set: string;
  /** Whether it was in the set the last time; else it is only still applied. */
  readonly isPresent: boolean;
}

/** All documents and whose they are, as of one moment. */
export interface DocumentsAtOnce {
  readonly documents: readonly StoredDocument[];
  readonly members: readonly SetMember[];
  readonly sets: readonly (AppliedSet & { readonly name: string })[];
}

/** The right to follow for a set; void once another server has taken its turn. */
export interface FollowTurn {
  readonly set: string;
  readonly fence: number;
}

/** What is to be stored of a set, all of it or nothing. */
export interface SetApplication extends SetOrigin {
  readonly set: string;
  readonly revision: string;
  readonly by: string;
  /** Documents whose text changes. */
  readonly changed: readonly StoredDocument[];
  /** Documents that are applied no longer. */
  readonly pruned: readonly DocumentKey[];
  /** All that the set has from now on, and what it had and is still applied. */
  readonly members: readonly Omit<SetMember, 'set'>[];
  /** What this was decided from. */
  readonly basis: DocumentsAtOnce;
  /** Null where a person applies it. */
  readonly turn: FollowTurn | null;
}

/** Documents that are applied together, and which set each of them belongs to. */
export abstract class DocumentSets {
  abstract read(): Promise<DocumentsAtOnce>;

  /**
   * Stores a set with one audit row, and one for each document that changes. Nothing is stored when documents
   * have changed since its basis was read (`outdated`), or when its turn is over (`late`).
   */
  abstract apply(application: SetApplication): Promise<'stored' | 'outdated' | 'late'>;

  /** Documents that differ from what their set has, by the set's name. */
  abstract drifted(): Promise<readonly (DriftedDocument & { readonly set: string })[]>;

  /** How many documents of each set differ from what it has. */
  abstract counts(): Promise<readonly { readonly set: string; readonly drifted: number }[]>;
}
