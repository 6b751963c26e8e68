import type { DataSource } from 'typeorm';
import { type FlagEdit, FlagMirror } from '../../engine/ports/flag-mirror.ts';
import type { ObservedFlag } from '../../engine/ports/flag-provider.ts';

/** Copies of foreign flags stand in the same table as our own, so instances need one source only. */
export class PostgresFlagMirror extends FlagMirror {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async markEdited(name: string, edit: FlagEdit): Promise<void> {
    await this.#source.query(
      `UPDATE crossfade_state.flag
         SET edited = true, enabled = enabled AND $4, changed_by = $2, changed_at = $3,
             revision = $5
         WHERE name = $1 AND (revision < $5 OR (revision = $5 AND NOT edited))`,
      [name, edit.changedBy, edit.changedAt, edit.enabled, edit.revision],
    );
  }

  async mirror(flag: ObservedFlag, provider: string): Promise<void> {
    const { revision, enabled, ...spec } = flag.route;
    await this.#source.query(
      `INSERT INTO crossfade_state.flag AS f
           (name, provider, migration, spec, version, edited, enabled, revision, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (name) DO UPDATE
         SET provider = excluded.provider, spec = excluded.spec, version = excluded.version,
             edited = excluded.edited, enabled = excluded.enabled, revision = excluded.revision,
             changed_by = excluded.changed_by, changed_at = excluded.changed_at
         WHERE f.revision < excluded.revision OR (f.edited AND f.revision = excluded.revision)`,
      [
        flag.name,
        provider,
        spec.migration,
        spec,
        flag.version ?? 0,
        flag.version === null,
        enabled,
        revision,
        flag.changedBy,
        flag.changedAt,
      ],
    );
  }
}
