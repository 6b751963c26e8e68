import type { DataSource } from 'typeorm';
import { type FlagEdit, FlagMirror } from '../../engine/ports/flag-mirror.ts';
import type { ObservedFlag, WantedFlag } from '../../engine/ports/flag-provider.ts';

/**
 * Revisions of the mirror between two of the flag system: a rollback that the system has not heard of
 * gets a number of its own, above what was read and below whatever will be.
 */
const REVISIONS_BETWEEN = 1024;

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
           revision = greatest(revision + 1, revision_base + $5 * ${REVISIONS_BETWEEN}::bigint),
           provider_revision = $5
       WHERE name = $1 AND provider <> 'crossfade'
         AND (provider_revision < $5 OR (provider_revision = $5 AND NOT edited))`,
      [name, edit.changedBy, edit.changedAt, edit.enabled, edit.revision],
    );
  }

  async mirror(flag: ObservedFlag, provider: string): Promise<void> {
    const { revision, enabled, ...spec } = flag.route;
    await this.#source.query(
      `INSERT INTO crossfade_state.flag AS f
         (name, provider, migration, spec, version, edited, enabled, revision, provider_revision,
          changed_by, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8 * ${REVISIONS_BETWEEN}::bigint, $8, $9, $10)
       ON CONFLICT (name) DO UPDATE
       SET provider = excluded.provider, spec = excluded.spec, version = excluded.version,
           edited = excluded.edited, enabled = excluded.enabled,
           changed_by = excluded.changed_by, changed_at = excluded.changed_at,
           provider_revision = excluded.provider_revision,
           -- Another system counts from elsewhere: instances must not see a revision fall.
           revision_base =
             CASE WHEN f.provider = excluded.provider THEN f.revision_base ELSE f.revision END,
           revision = greatest(f.revision + 1, excluded.revision +
             CASE WHEN f.provider = excluded.provider THEN f.revision_base ELSE f.revision END),
           lowered = CASE WHEN excluded.version >= f.lowered_version THEN NULL ELSE f.lowered END,
           lowered_version =
             CASE WHEN excluded.version >= f.lowered_version THEN NULL ELSE f.lowered_version END
       WHERE f.provider <> excluded.provider
         OR f.provider_revision < excluded.provider_revision
         -- A route again, at the revision at which it was none. Read twice, it is no change.
         OR (f.edited AND f.provider_revision = excluded.provider_revision
             AND (f.spec, f.version, f.edited, f.enabled, f.changed_by, f.changed_at)
               IS DISTINCT FROM (excluded.spec, excluded.version, excluded.edited,
                 excluded.enabled, excluded.changed_by, excluded.changed_at))`,
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

  async lower(wanted: WantedFlag, provider: string): Promise<void> {
    await this.#source.query(
      `UPDATE crossfade_state.flag
       SET lowered = $3, lowered_version = $4, revision = revision + 1
       WHERE name = $1 AND provider = $2 AND version < $4 AND coalesce(lowered_version, 0) < $4
         -- Nobody is ever sent back to a side that contract has taken away.
         AND spec->>'safeSide' = 'old'`,
      [wanted.name, provider, wanted.spec, wanted.version],
    );
  }

  async providerRevision(name: string, provider: string, revision: number): Promise<number> {
    const rows: { base: string }[] = await this.#source.query(
      `SELECT revision_base AS base FROM crossfade_state.flag WHERE name = $1 AND provider = $2`,
      [name, provider],
    );
    if (rows[0] === undefined) return 0;
    return Math.max(0, Math.floor((revision - Number(rows[0].base)) / REVISIONS_BETWEEN));
  }
}
