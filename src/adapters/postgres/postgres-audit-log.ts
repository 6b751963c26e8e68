import type { DataSource } from 'typeorm';
import type { AuditEntry, AuditLink } from '../../core/protocol/audit-view.ts';
import { AuditLog } from '../../engine/ports/audit-log.ts';

export class PostgresAuditLog extends AuditLog {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async append({ actor, action, subject, detail }: Omit<AuditEntry, 'seq' | 'at'>): Promise<void> {
    await this.#source.query(
      `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
       VALUES (crossfade_state.now(), $1, $2, $3, $4)`,
      [actor, action, subject, JSON.stringify(detail)],
    );
  }

  async about(
    subject: string,
    actions: readonly string[],
    limit: number,
  ): Promise<readonly AuditEntry[]> {
    const rows: (AuditEntry & { seq: string; at: string })[] = await this.#source.query(
      `SELECT seq, at, actor, action, subject, detail FROM crossfade_state.audit
       WHERE subject = $1 AND action = ANY($2) AND seq IS NOT NULL ORDER BY seq DESC LIMIT $3`,
      [subject, actions, limit],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
  }

  async read(after: number, since: number, limit: number): Promise<readonly AuditLink[]> {
    const rows: (Omit<AuditLink, 'seq'> & { seq: string })[] = await this.#source.query(
      `SELECT a.seq, a.previous, a.hash, crossfade_state.audit_entry(a) AS entry
       FROM crossfade_state.audit a WHERE a.seq > $1 AND a.at >= $2 ORDER BY a.seq LIMIT $3`,
      [after, since, limit],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }
}
