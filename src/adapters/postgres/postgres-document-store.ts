import type { DataSource } from 'typeorm';
import { DocumentStore, type StoredDocument } from '../../engine/ports/document-store.ts';
import { DocumentEntity } from './document.entity.ts';
import { putDocuments } from './put-documents.ts';

export class PostgresDocumentStore extends DocumentStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async put(documents: readonly StoredDocument[], by: string): Promise<void> {
    await this.#source.transaction((manager) => putDocuments(manager, documents, by));
  }

  async all(): Promise<readonly StoredDocument[]> {
    return this.#source.getRepository(DocumentEntity).find({ order: { kind: 'ASC', name: 'ASC' } });
  }
}
