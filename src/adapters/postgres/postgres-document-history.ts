import type { DataSource } from 'typeorm';
import type { DocumentKey } from '../../core/documents/document-key.ts';
import type { DocumentRevision } from '../../core/protocol/document-view.ts';
import { DocumentHistory } from '../../engine/ports/document-history.ts';

export class PostgresDocumentHistory extends DocumentHistory {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async revisions(
    { kind, project, name }: DocumentKey,
    limit: number,
  ): Promise<readonly DocumentRevision[]> {
    const rows: (DocumentRevision & { appliedAt: string })[] = await this.#source.query(
      `SELECT revision, body->>'text' AS text, applied_by AS "appliedBy", applied_at AS "appliedAt"
       FROM crossfade_state.document_revision WHERE kind = $1 AND project = $2 AND name = $3
       ORDER BY applied_at DESC, revision LIMIT $4`,
      [kind, project, name, limit],
    );
    return rows.map((row) => ({ ...row, appliedAt: Number(row.appliedAt) }));
  }
}
