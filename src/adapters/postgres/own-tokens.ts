import type { DataSource } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { ApiToken } from '../../engine/ports/token-store.ts';
import { AuditEntity } from './audit.entity.ts';
import { ownToken, type OwnTokenRow } from './own-token-row.ts';

/** The use of a token is written down no oftener than this. Milliseconds. */
const touchEveryMs = 60_000;

/** A person's session that lets nobody in any more; a token of that kind stays, for people to see what became of it. */
const isEndedSession = `person IS NOT NULL
  AND (revoked_at IS NOT NULL OR expires_at <= crossfade_state.now())`;

/** Crossfade's own tokens as they are stored; what a token lets its bearer do is decided elsewhere. */
export class OwnTokens {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async insert(token: ApiToken, hash: string): Promise<void> {
    const { id, scope, name, person, roles, createdBy, createdAt, expiresAt } = token;
    await this.#source.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO crossfade_state.token
           (id, scope, name, roles, hash, created_by, created_at, expires_at, person)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, scope, name, JSON.stringify(roles), hash, createdBy, createdAt, expiresAt, person],
      );
      const act = { at: createdAt, actor: createdBy, action: 'create token', subject: id };
      await manager.insert(AuditEntity, {
        ...act,
        detail: { scope, name, person, roles, expiresAt },
      });
    });
  }

  async list(): Promise<readonly ApiToken[]> {
    const rows: OwnTokenRow[] = await this.#source.query(
      `SELECT * FROM crossfade_state.token WHERE NOT (${isEndedSession})
       ORDER BY created_at DESC, id`,
    );
    return rows.map(ownToken).filter((token) => token !== null);
  }

  /** What happened in them stands in the audit log. */
  async forgetSessions(): Promise<void> {
    await this.#source.query(`DELETE FROM crossfade_state.token WHERE ${isEndedSession}`);
  }

  /** Null for one that is not there, revoked, or over. */
  async find(id: string): Promise<OwnTokenRow | null> {
    const rows: OwnTokenRow[] = await this.#source.query(
      `SELECT * FROM crossfade_state.token
       WHERE id = $1 AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > crossfade_state.now())`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** Whoever may not write, or not just now, is let in all the same. */
  async touch({ id, last_used_at: before }: OwnTokenRow, now: number): Promise<void> {
    if (before !== null && now - Number(before) < touchEveryMs) return;
    await this.#source
      .query('UPDATE crossfade_state.token SET last_used_at = $2 WHERE id = $1', [id, now])
      .catch(() => undefined);
  }

  /** Twice is once. Throws `notFound`. */
  async revoke(id: string, by: string, at: number): Promise<void> {
    await this.#source.transaction(async (manager) => {
      const [rows]: [{ id: string }[], number] = await manager.query(
        `UPDATE crossfade_state.token SET revoked_at = coalesce(revoked_at, $2)
         WHERE id = $1 RETURNING id`,
        [id, at],
      );
      if (rows.length === 0) throw new CrossfadeError('notFound', `there is no token ${id}`);
      await manager.insert(AuditEntity, {
        at,
        actor: by,
        action: 'revoke token',
        subject: id,
        detail: {},
      });
    });
  }
}
