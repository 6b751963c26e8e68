import type { EntityManager } from 'typeorm';
import type { StoredDocument } from '../../engine/ports/document-store.ts';
import { AuditEntity } from './audit.entity.ts';
import { DocumentEntity } from './document.entity.ts';

/** Stores documents with one audit row each, in the transaction of the manager. */
export async function putDocuments(
  manager: EntityManager,
  documents: readonly StoredDocument[],
  by: string,
): Promise<void> {
  const [{ now } = { now: 0 }]: { now: number }[] = await manager.query(
    'SELECT crossfade_state.now() AS now',
  );
  const at = Number(now);
  for (const { kind, project, name, revision, body } of documents) {
    const applied = { appliedBy: by, appliedAt: at };
    await manager.save(DocumentEntity, { kind, project, name, revision, body, ...applied });
    await manager.insert(AuditEntity, {
      at,
      actor: by,
      action: 'apply',
      subject: `${kind}/${name}`,
      detail: { revision },
    });
  }
}
