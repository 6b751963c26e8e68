import type { DocumentKey } from '../../core/documents/document-key.ts';
import type { DocumentRevision } from '../../core/protocol/document-view.ts';

/** The revisions of documents, as they were written. */
export abstract class DocumentHistory {
  /** Those that were applied last, the newest first; none for a document that nobody applied. */
  abstract revisions(key: DocumentKey, limit: number): Promise<readonly DocumentRevision[]>;
}
