import type { DocumentRevision } from '../../core/protocol/document-view.ts';

/** What a document goes by. */
export interface DocumentKey {
  readonly kind: string;
  readonly project: string;
  readonly name: string;
}

/** The revisions of documents, as they were written. */
export abstract class DocumentHistory {
  /** Those that were applied last, the newest first; none for a document that nobody applied. */
  abstract revisions(key: DocumentKey, limit: number): Promise<readonly DocumentRevision[]>;
}
