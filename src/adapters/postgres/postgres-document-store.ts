import type { DataSource, EntityManager } from 'typeorm';
import { DocumentStore, type StoredDocument } from '../../engine/ports/document-store.ts';
import { AuditEntity } from './audit.entity.ts';
import { DocumentEntity } from './document.entity.ts';
import { PostgresClock } from './postgres-clock.ts';

export class PostgresDocumentStore extends DocumentStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async put(documents: readonly StoredDocument[], by: string): Promise<void> {
    const at = await new PostgresClock(this.#source).now();
    await this.#source.transaction(async (manager) => {
      for (const document of documents) await putOne(manager, document, by, at);
    });
  }

  async all(): Promise<readonly StoredDocument[]> {
    return this.#source.getRepository(DocumentEntity).find({ order: { kind: 'ASC', name: 'ASC' } });
  }
}

async function putOne(
  manager: EntityManager,
  document: StoredDocument,
  by: string,
  at: number,
): Promise<void> {
  const { kind, project, name, revision, body } = document;
  await manager.save(DocumentEntity, {
    kind,
    project,
    name,
    revision,
    body,
    appliedBy: by,
    appliedAt: at,
  });
  await manager.insert(AuditEntity, {
    at,
    actor: by,
    action: 'apply',
    subject: `${kind}/${name}`,
    detail: { revision },
  });
}
